import { expect, type Page, test } from '@playwright/test';
import { expectAccessible, open, watch } from './watch.ts';

/** The page of the first salesman in the list of all. */
async function openSalesman(page: Page): Promise<string> {
  await open(page, '/salesmen');
  const first = page.locator('tbody th a[href^="/salesmen/"]:visible').first();
  const name = (await first.textContent()) ?? '';
  await first.click();
  await expect(page).toHaveURL(/\/salesmen\/./);
  await expect(page.locator('h1')).toContainText(name);
  await expect(page.locator('main [data-shape]')).toHaveCount(0, { timeout: 45_000 });
  return name;
}

const fits = async (page: Page): Promise<void> =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

for (const colorScheme of ['light', 'dark'] as const)
  test(`a salesman opens from the list, and is clean in the ${colorScheme}`, async ({
    page,
    baseURL,
  }) => {
    const bad = watch(page, baseURL ?? '');
    await page.emulateMedia({ colorScheme });
    await openSalesman(page);
    await expectAccessible(page);
    expect(bad).toEqual([]);
  });

test('a number of the sentence opens the closings that make it', async ({ page }) => {
  await openSalesman(page);
  await page.locator('h1 a[href*="receipt"]').first().click();
  const receipt = page.getByRole('dialog', { name: 'Receipt' });
  await expect(receipt.getByTitle('equal to the number')).toBeVisible();
  await expect(receipt.locator('.moved li').first()).toContainText('expected');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(receipt).toHaveCount(0);
});

test('a stage opens to its stays by the keyboard alone', async ({ page }) => {
  await openSalesman(page);
  const stages = page.getByRole('group', { name: /^Went on by stage/ }).first();
  await stages.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const receipt = page.getByRole('dialog', { name: 'Receipt' });
  await expect(receipt).toContainText('Went on from');
  await expect(receipt.getByTitle('equal to the number')).toBeVisible();
});

test('what to discuss leads to the opportunity, and back to the salesman', async ({ page }) => {
  const name = await openSalesman(page);
  const first = page.locator('#discuss a').first();
  const title = (await first.textContent()) ?? '';
  await first.click();
  await expect(page.locator('h1')).toContainText(title);
  await page.getByRole('link', { name, exact: true }).click();
  await expect(page).toHaveURL(/\/salesmen\/./);
  await expect(page.locator('h1')).toContainText(name);
});

test('the palette leads to a salesman', async ({ page }) => {
  const name = await openSalesman(page);
  await open(page, '/');
  await page.getByRole('button', { name: 'Go to anything' }).click();
  await page.keyboard.type(name);
  await page.getByRole('group', { name: 'Salesmen' }).getByRole('menuitem').first().click();
  await expect(page).toHaveURL(/\/salesmen\/./);
});

test('an unknown salesman is said to be unknown', async ({ page }) => {
  const answer = await page.goto('/salesmen/none');
  expect(answer?.status()).toBe(404);
  await expect(page.locator('h1')).toContainText('not here');
});

test('a salesman fits 390 px', async ({ page }) => {
  await openSalesman(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await fits(page);
});

test('a cell of fields opens to the rows that make it, by the keyboard alone', async ({ page }) => {
  await open(page, '/fields?period=all');
  const grid = page.getByRole('region', { name: /^Win rate by industry and region/ });
  const cell = grid.locator('td a').first();
  const shown = (await cell.locator('[aria-hidden]').textContent()) ?? '';
  await cell.focus();
  await page.keyboard.press('Enter');
  const receipt = page.getByRole('dialog', { name: 'Receipt' });
  await expect(receipt.getByTitle('equal to the number')).toBeVisible();
  await expect(receipt.locator('.receipt-value strong')).toHaveText(shown.replace(/ [▲▼]/, ''));
  await page.keyboard.press('Escape');
  await expect(cell).toBeFocused();
});

test('field, other field and measure are kept in the address', async ({ page }) => {
  await open(page, '/fields?period=all');
  await page.getByRole('button', { name: /^Measure:/ }).click();
  await page.getByRole('option', { name: 'Created opportunities' }).click();
  await expect(page).toHaveURL(/measure=createdCount/);
  await page.getByRole('button', { name: /^Across:/ }).click();
  await page.getByRole('option', { name: 'Lead source' }).click();
  await expect(page).toHaveURL(/across=leadSource/);
  await expect(
    page.getByRole('region', { name: /^Created opportunities by industry and lead source/ }),
  ).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: /^Across:/ })).toContainText('Lead source');
  await page.goBack();
  await expect(page).not.toHaveURL(/across=/);
});

test('a cell that knows too little says how much is missing', async ({ page }) => {
  await open(page, '/fields');
  const faint = page.locator('td[data-faint]').first();
  await expect(faint).toContainText(/more are missing/);
});
