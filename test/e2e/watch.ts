import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Notes what a page must never do: complain on the console or ask another host. */
export function watch(page: Page, origin: string): string[] {
  const bad: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) bad.push(message.text());
  });
  page.on('pageerror', (error) => bad.push(error.message));
  page.on('request', (request) => {
    const to = request.url();
    if (!to.startsWith(origin) && !to.startsWith('data:') && !to.startsWith('blob:'))
      bad.push(`asked ${to}`);
  });
  return bad;
}

/** What axe finds, each with the first place of it. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
}

/** The page with everything on it that comes later. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.locator('h1')).not.toBeEmpty();
  await expect(page.locator('main [data-shape]')).toHaveCount(0, { timeout: 45_000 });
}
