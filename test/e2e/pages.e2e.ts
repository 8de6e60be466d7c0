import { expect, test } from '@playwright/test';
import { expectAccessible, open, watch } from './watch.ts';

const paths = [
  '/',
  '/pipeline',
  '/salesmen',
  '/fields',
  '/forecast',
  '/risk',
  '/opportunities',
  '/accounts',
  '/data',
  '/definitions',
];

for (const path of paths) {
  for (const colorScheme of ['light', 'dark'] as const)
    test(`${path} is clean in the ${colorScheme}`, async ({ page, baseURL }) => {
      const bad = watch(page, baseURL ?? '');
      await page.emulateMedia({ colorScheme });
      await open(page, path);
      await expectAccessible(page);
      expect(bad).toEqual([]);
    });
  test(`${path} fits 390 px`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await open(page, path);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
  });
}

test('the Outlook fits one screen', async ({ page }) => {
  await open(page, '/');
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(900);
});

test('an opportunity is found, and shows its life', async ({ page, baseURL }) => {
  const bad = watch(page, baseURL ?? '');
  await open(page, '/opportunities');
  const first = page.locator('tbody').getByRole('link').first();
  const name = (await first.textContent()) ?? '';
  await first.click();
  await expect(page.locator('h1')).toContainText(name);
  const life = page.getByRole('group', { name: /^The life of/ });
  await life.focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.locator('[aria-live="polite"]').first()).not.toBeEmpty();
  await expectAccessible(page);
  expect(bad).toEqual([]);
});

test('an account shows its opportunities, which lead to their lives', async ({ page }) => {
  await open(page, '/accounts');
  const first = page.locator('tbody').getByRole('link').first();
  const name = (await first.textContent()) ?? '';
  await first.click();
  await expect(page.locator('h1')).toContainText(name);
  await expectAccessible(page);
  const opportunity = page.locator('main a[href^="/opportunities/"]').first();
  const title = (await opportunity.textContent()) ?? '';
  await opportunity.click();
  await expect(page.locator('h1')).toContainText(title);
});

test('an unknown opportunity is said to be unknown', async ({ page }) => {
  const answer = await page.goto('/opportunities/none');
  expect(answer?.status()).toBe(404);
  await expect(page.locator('h1')).toContainText('not here');
});
