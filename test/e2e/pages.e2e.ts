import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';

const paths = ['/', '/pipeline', '/opportunities', '/accounts', '/data'];

/** Notes what a page must never do: complain on the console or ask another host. */
function watch(page: Page, origin: string): string[] {
  const bad: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) bad.push(message.text());
  });
  page.on('pageerror', (error) => bad.push(error.message));
  page.on('request', (request) => {
    const to = request.url();
    if (!to.startsWith(origin) && !to.startsWith('data:')) bad.push(`asked ${to}`);
  });
  return bad;
}

for (const path of paths) {
  for (const colorScheme of ['light', 'dark'] as const)
    test(`${path} is clean in the ${colorScheme}`, async ({ page, baseURL }) => {
      const bad = watch(page, baseURL ?? '');
      await page.emulateMedia({ colorScheme });
      await page.goto(path);
      await expect(page.locator('h1')).not.toBeEmpty();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
      expect(bad).toEqual([]);
    });
  test(`${path} fits 390 px`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(path);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
  });
}

test('a number opens its receipt, whose rows make it, and closes again', async ({ page }) => {
  await page.goto('/pipeline');
  await page.getByRole('link', { name: /by experience/ }).click();
  const receipt = page.getByRole('complementary', { name: /^Receipt of/ });
  await expect(receipt).toContainText('✓ equal to the number');
  await receipt.getByRole('link', { name: 'Close' }).click();
  await expect(receipt).toHaveCount(0);
});

test('a past day is another number, in the past tense, and says so', async ({ page }) => {
  await page.goto('/pipeline?period=all');
  const now = (await page.locator('h1').textContent()) ?? '';
  const day = await page.getByLabel('As of').getAttribute('max');
  const before = new Date(Date.parse(day ?? '') - 200 * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel('As of').fill(before);
  await page.getByRole('button', { name: 'Show' }).first().click();
  await expect(page.locator('h1')).toContainText('the typed figures said');
  expect(await page.locator('h1').textContent()).not.toBe(now);
  await page.getByRole('link', { name: 'as known now ✕' }).click();
  await expect(page.locator('h1')).toHaveText(now);
});

test('an opportunity is found, and shows its life', async ({ page, baseURL }) => {
  const bad = watch(page, baseURL ?? '');
  await page.goto('/opportunities');
  const first = page.locator('tbody tr').first().getByRole('link');
  const name = (await first.textContent()) ?? '';
  await first.click();
  await expect(page.locator('h1')).toContainText(name);
  await expect(page.getByRole('group', { name: /^The life of/ })).toBeVisible();
  await page.getByRole('group', { name: /^The life of/ }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('[aria-live="polite"]').first()).not.toBeEmpty();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
  expect(bad).toEqual([]);
});

test('an account shows its opportunities, which lead to their lives', async ({ page }) => {
  await page.goto('/accounts');
  const first = page.locator('tbody tr').first().getByRole('link');
  const name = (await first.textContent()) ?? '';
  await first.click();
  await expect(page.locator('h1')).toContainText(name);
  const opportunity = page.locator('a[href^="/opportunities/"]').first();
  const title = (await opportunity.textContent()) ?? '';
  await opportunity.click();
  await expect(page.locator('h1')).toContainText(title);
});

test('an unknown opportunity is said to be unknown', async ({ page }) => {
  const answer = await page.goto('/opportunities/none');
  expect(answer?.status()).toBe(404);
  await expect(page.locator('h1')).toContainText('not here');
});
