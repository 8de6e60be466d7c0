import { expect, type Page, test } from '@playwright/test';
import { expectAccessible, open, watch } from './watch.ts';

/** What three charts and the sum above them say. */
async function said(page: Page): Promise<(string | null)[]> {
  const parts = [
    '[data-whole]',
    ...['stage', 'team', 'industry'].map((n) => `[data-panel="${n}"] [role="listbox"]`),
  ];
  return Promise.all(parts.map((part) => page.locator(part).textContent()));
}

async function openExplorer(page: Page, more = ''): Promise<void> {
  await open(page, `/pipeline?period=all${more}`);
  await expect(page.locator('[data-panel="stage"] [data-value]').first()).not.toBeEmpty();
}

test('a brush filters all charts, the address keeps it, Escape takes it away', async ({
  page,
  baseURL,
}) => {
  const bad = watch(page, baseURL ?? '');
  await openExplorer(page);
  const all = await said(page);
  const canvas = page.locator('canvas').first();
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  if (!box) throw new Error('the canvas has no size');
  await page.mouse.move(box.x + box.width * 0.25, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.45, box.y + 140, { steps: 4 });
  await expect.poll(() => said(page)).not.toEqual(all);
  await page.mouse.up();
  await expect(page).toHaveURL(/picks=/);
  const brushed = await said(page);
  for (const [i, text] of brushed.entries()) expect(text).not.toBe(all[i]);
  await expectAccessible(page);

  await page.reload();
  await expect.poll(() => said(page)).toEqual(brushed);
  await page.locator('[data-panel="stage"] [role="option"]').first().focus();
  await page.keyboard.press('Escape');
  await expect.poll(() => said(page)).toEqual(all);
  await page.goBack();
  await expect.poll(() => said(page)).toEqual(brushed);
  expect(bad).toEqual([]);
});

test('the keyboard alone picks a stage and a range', async ({ page }) => {
  await openExplorer(page);
  const all = await said(page);
  await page.locator('[data-panel="stage"] [role="option"]').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await expect(page).toHaveURL(/picks=/);
  await expect.poll(async () => (await said(page))[0]).not.toBe(all[0]);
  const [sum, stages, teams] = await said(page);
  expect(teams).not.toBe(all[2]);
  expect(stages).toBe(all[1]);
  await page.getByLabel('Age in days to').fill('60');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await said(page))[0]).not.toBe(sum);
});

test('the sum of all marks is the open pipeline', async ({ page }) => {
  await openExplorer(page);
  const [whole] = await said(page);
  const [, count, sum] = whole?.match(/^([\d,]+) open opportunities, (.+)$/) ?? [];
  await expect(page.locator('h1')).toContainText(`${count} opportunities`);
  await expect(page.locator('h1')).toContainText(`${sum} open`);
});

test('what is stalled opens to its rows, whose sum it is, and can be picked among all', async ({
  page,
  baseURL,
}) => {
  const bad = watch(page, baseURL ?? '');
  await openExplorer(page);
  const tile = page.locator('section.tile', { hasText: 'Time in stage: ' });
  const [, stalled] = (await tile.locator('h2').textContent())?.match(/: ([\d,]+) of/) ?? [];
  expect(stalled).toBeTruthy();
  await expect(tile).toContainText(/Of [\d,]+ that sat \d+ days or longer here \d+ % were won/);

  const flag = tile.getByTitle(/stalled in/).first();
  const [money] = (await flag.getAttribute('title'))?.split(' stalled') ?? [];
  const [, count] = (await flag.textContent())?.match(/([\d,]+)/) ?? [];
  await flag.focus();
  await page.keyboard.press('Enter');
  const receipt = page.getByRole('dialog');
  await expect(receipt.locator('.receipt-value strong')).toHaveText(money ?? '');
  await expect(receipt).toContainText(`Sum of ${count} opportunities`);
  await expect(receipt.locator('.proof[data-adds]')).toHaveCount(1);
  await expect(receipt).toContainText(/\d+ d in \w+, stalled from \d+ d/);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(receipt).toHaveCount(0);

  await page.locator('[data-panel="flag"] [role="option"]', { hasText: 'stalled' }).click();
  await expect(page).toHaveURL(/picks=.*flag.*stalled/);
  await expect(page.locator('[data-whole]')).toContainText(`${stalled} open opportunities`);
  expect(bad).toEqual([]);
});

test('on a narrow screen the table of time in stage scrolls, the page does not', async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openExplorer(page);
  const tile = page.locator('section.tile', { hasText: 'Time in stage: ' });
  await tile.locator('summary').click();
  const table = tile.locator('details table');
  await expect(table).toBeVisible();
  const [whole, all] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.querySelector('section.tile:has(.stays) details table')?.clientWidth ?? 0,
  ]);
  expect(all).toBeGreaterThan(390);
  expect(whole).toBe(390);
});
