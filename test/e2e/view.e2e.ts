import { expect, type Page, test } from '@playwright/test';
import { expectAccessible, open, watch } from './watch.ts';

const chip = (page: Page, name: string) =>
  page.getByRole('button', { name: new RegExp(`^${name}:`) });
const sentence = async (page: Page): Promise<string> =>
  (await page.locator('h1').textContent()) ?? '';

test('a number opens its receipt, whose rows make it; Escape gives the focus back', async ({
  page,
  baseURL,
}) => {
  const bad = watch(page, baseURL ?? '');
  await open(page, '/pipeline');
  const number = page.getByRole('link', { name: /by experience/ });
  await number.click();
  const receipt = page.getByRole('dialog', { name: 'Receipt' });
  await expect(receipt.getByTitle('equal to the number')).toBeVisible();
  await expect(receipt).toContainText('select');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(receipt).toHaveCount(0);
  await expect(number).toBeFocused();
  expect(bad).toEqual([]);
});

test('the address of a receipt opens the same screen in a fresh browser', async ({
  page,
  browser,
  baseURL,
}) => {
  await open(page, '/pipeline?period=all');
  await page
    .getByRole('link', { name: /opportunities$/ })
    .first()
    .click();
  const value = page.locator('.receipt-value strong');
  const shown = await value.textContent();
  const fresh = await browser.newPage({ ...(baseURL ? { baseURL } : {}) });
  await fresh.goto(page.url());
  await expect(fresh.locator('.receipt-value strong')).toHaveText(shown ?? '');
  expect(await sentence(fresh)).toBe(await sentence(page));
  await fresh.close();
});

test('a bad address says what is wrong and how to find it in the log', async ({ page }) => {
  await page.goto('/pipeline?period=2026-Q9');
  await expect(page.getByRole('alert').first()).toContainText('is not a period');
  await expect(page.getByRole('alert').first()).toContainText('In the log under');
  await page.goto('/pipeline?receipt=nonsense');
  await expect(page.getByRole('dialog')).toContainText('cannot be read');
});

test('a past day is another number, in the past tense, and says so', async ({ page }) => {
  await open(page, '/pipeline?period=all');
  const now = await sentence(page);
  await chip(page, 'As of').click();
  await page.getByRole('slider').focus();
  await page.keyboard.press('PageDown');
  await expect(page.locator('h1')).toContainText('the typed figures said');
  await expect(chip(page, 'As of')).toContainText('as known now');
  expect(await sentence(page)).not.toBe(now);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Back to now' }).click();
  await expect(page.locator('h1')).toHaveText(now);
});

test('back and forward go through the views', async ({ page }) => {
  await open(page, '/pipeline');
  const first = await sentence(page);
  await chip(page, 'Period').click();
  await page.getByRole('button', { name: 'all periods' }).click();
  await expect(page.locator('h1')).toContainText('all periods');
  const second = await sentence(page);
  await page.goBack();
  await expect(page.locator('h1')).toHaveText(first);
  await page.goForward();
  await expect(page.locator('h1')).toHaveText(second);
});

test('several teams and fields filter together, and clear again', async ({ page }) => {
  await open(page, '/pipeline?period=all');
  const all = await sentence(page);
  await chip(page, 'Scope').click();
  const people = page.getByRole('listbox', { name: 'People and teams' });
  await people.getByRole('option').nth(1).click();
  await people.getByRole('option').nth(2).click();
  await expect(page.locator('h1')).not.toHaveText(all);
  await page.keyboard.press('Escape');
  await chip(page, 'Fields').click();
  await page.getByRole('listbox').getByRole('option').first().click();
  await expect(page).toHaveURL(/industry=/);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Clear Fields' }).click();
  await expect(page).not.toHaveURL(/industry=/);
  await page.getByRole('button', { name: 'Clear Scope' }).click();
  await expect(page.locator('h1')).toHaveText(all);
});

test('the keyboard alone goes anywhere and reaches a receipt', async ({ page }) => {
  await open(page, '/');
  // The first key may come before the page listens.
  await expect(async () => {
    await page.keyboard.press('2');
    await expect(page).toHaveURL(/\/pipeline/, { timeout: 2000 });
  }).toPass();
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Go to' });
  await expect(palette).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.type('won oppor');
  await expect(palette.getByRole('menuitem', { name: /Won opportunities/ })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Receipt' })).toContainText('Won opportunities');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard' })).toContainText('Escape');
  await page.keyboard.press('Escape');
});

test('the palette finds opportunities and accounts by name', async ({ page }) => {
  await open(page, '/opportunities');
  const name = (await page.locator('tbody').getByRole('link').first().textContent()) ?? '';
  await page.getByRole('button', { name: 'Go to anything' }).click();
  await page.keyboard.type(name.slice(0, 12));
  await page
    .getByRole('menuitem', { name: name.slice(0, 12) })
    .first()
    .click();
  await expect(page).toHaveURL(/\/(opportunities|accounts)\/./);
});

test('the theme that was chosen stays', async ({ page }) => {
  await open(page, '/');
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.getByRole('button', { name: /^Theme/ }).click();
  const dark = await paper();
  expect(dark).not.toBe(light);
  await open(page, '/data');
  expect(await paper()).toBe(dark);
});
