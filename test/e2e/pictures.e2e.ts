import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { open } from './watch.ts';

const pages = {
  outlook: '/',
  pipeline: '/pipeline',
  salesmen: '/salesmen',
  risk: '/risk',
  opportunities: '/opportunities',
  accounts: '/accounts',
  data: '/data',
  definitions: '/definitions',
};

/** `PLUMBLINE_PICTURES=docs npm test` renews the pictures of the documents; otherwise they are left with the results. */
const { PLUMBLINE_PICTURES: folder } = process.env;

for (const [name, path] of Object.entries(pages))
  test(`the ${name} page is pictured`, async ({ page }, info) => {
    await open(page, path);
    const picture = await page.screenshot({
      path: folder ? join(folder, `${name}.png`) : info.outputPath(`${name}.png`),
      animations: 'disabled',
    });
    expect(picture.length).toBeGreaterThan(20_000);
  });
