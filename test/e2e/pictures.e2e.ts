import { join } from 'node:path';
import { expect, type Page, test, type TestInfo } from '@playwright/test';
import { open } from './watch.ts';

const pages = {
  outlook: '/',
  pipeline: '/pipeline',
  salesmen: '/salesmen',
  fields: '/fields',
  forecast: '/forecast',
  risk: '/risk',
  opportunities: '/opportunities',
  accounts: '/accounts',
  data: '/data',
  definitions: '/definitions',
};

/** `PLUMBLINE_PICTURES=docs npm test` renews the pictures of the documents; otherwise they are left with the results. */
const { PLUMBLINE_PICTURES: folder } = process.env;

async function take(page: Page, name: string, info: TestInfo): Promise<void> {
  const picture = await page.screenshot({
    path: folder ? join(folder, `${name}.png`) : info.outputPath(`${name}.png`),
    animations: 'disabled',
  });
  expect(picture.length).toBeGreaterThan(20_000);
}

for (const [name, path] of Object.entries(pages))
  test(`the ${name} page is pictured`, async ({ page }, info) => {
    await open(page, path);
    await take(page, name, info);
  });

test('the page of one salesman is pictured', async ({ page }, info) => {
  await open(page, '/salesmen');
  const first = page.locator('tbody th a[href^="/salesmen/"]:visible').first();
  await open(page, (await first.getAttribute('href')) ?? '');
  await take(page, 'salesman', info);
});
