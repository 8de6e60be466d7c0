import { expect, test } from '@playwright/test';
import { type Company, type Served, serveCompany } from './company.ts';
import { expectAccessible, open, watch } from './watch.ts';

/** Texts that a careless page would run, turn round, stretch or hand to a spreadsheet as a formula. */
const texts = {
  markup: '<img src=x onerror="window.hostile=1"><script>window.hostile=1</script>',
  link: 'javascript:window.hostile=1',
  closing: '</style></script><svg onload=window.hostile=1>',
  turned: '\u202Eevil\u202C and \u0000 and \u2066more',
  formula: '=HYPERLINK("http://example.invalid","pay")',
  long: `W${'o'.repeat(9_998)}w`,
};
const all = Object.entries(texts).filter(([kind]) => kind !== 'turned');

const company: Company = {
  user: all.map(([kind, text]) => ({ id: `user-${kind}`, name: `${text}` })),
  stage: [
    { label: texts.markup, order: 1, class: 'open', probability: 0.2 },
    { label: texts.closing, order: 2, class: 'open', probability: 0.5 },
    { label: 'Won', order: 8, class: 'won', probability: 1 },
    { label: 'Lost', order: 9, class: 'lost', probability: 0 },
  ],
  account: all.map(([kind, text]) => ({
    id: `account-${kind}`,
    name: text,
    industry: text,
    region: text,
    segment: text,
  })),
  contact: all.map(([kind, text]) => ({
    id: `contact-${kind}`,
    name: text,
    account: `account-${kind}`,
    title: text,
  })),
  opportunity: [
    ...all.flatMap(([kind, text], i) =>
      [texts.markup, texts.closing, 'Won', 'Lost'].map((stage, j) => ({
        id: `${kind}-${j}`,
        name: text,
        account: `account-${kind}`,
        salesman: `user-${kind}`,
        stage,
        amount: 1000 * (i + 1) + j,
        currency: 'EUR',
        createdAt: '2026-02-01T09:00:00Z',
        closeDate: j < 2 ? '2026-08-15' : '2026-06-15',
        nextStep: text,
        leadSource: text,
        type: text,
        lossReason: text,
      })),
    ),
    {
      id: 'turned',
      name: texts.turned,
      account: 'account-markup',
      salesman: 'user-markup',
      stage: texts.markup,
      amount: 10,
      currency: 'EUR',
      createdAt: '2026-02-01T09:00:00Z',
      closeDate: '2026-08-15',
    },
  ],
  activity: all.map(([kind, text]) => ({
    id: `activity-${kind}`,
    kind: 'task',
    opportunity: `${kind}-0`,
    account: `account-${kind}`,
    salesman: `user-${kind}`,
    subject: text,
    type: text,
    status: text,
    createdAt: '2026-03-01T09:00:00Z',
    dueOn: '2026-03-09',
  })),
};

let served: Served | undefined;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  served = await serveCompany(company, 3700);
});
test.afterAll(() => served?.remove());
const url = () => served?.url ?? '';

const pages = [
  '/',
  '/pipeline',
  '/salesmen',
  '/risk',
  '/opportunities',
  '/accounts',
  '/data',
  ...all.flatMap(([kind]) => [`/opportunities/${kind}-0`, `/accounts/account-${kind}`]),
];

test('SEC-5: hostile text is shown as it is on every page, runs nowhere and breaks no layout', async ({
  page,
}) => {
  test.setTimeout(180_000);
  const bad = watch(page, url());
  page.on('dialog', (dialog) => bad.push(`dialog ${dialog.message()}`));
  for (const path of pages) {
    await open(page, `${url()}${path}`);
    expect(await page.evaluate(() => 'hostile' in window), path).toBe(false);
    const made = page.locator(
      'main :is(script:not([nonce]), img, [onerror], [onload], a[href^="javascript:"])',
    );
    await expect(made, path).toHaveCount(0);
    const tooWide = await page.evaluate(() =>
      document.documentElement.scrollWidth <= 1440
        ? []
        : [...document.querySelectorAll('body *')]
            .filter((element) => element.getBoundingClientRect().right > 1440)
            .map((element) => `${element.tagName} ${element.className}`)
            .slice(0, 8),
    );
    expect.soft(tooWide, path).toEqual([]);
  }
  await expect(page.locator('h1')).toContainText('Wooo');
  expect(bad).toEqual([]);
});

test('SEC-5: the name of an opportunity is read letter by letter, markup and all', async ({
  page,
}) => {
  await open(page, `${url()}/opportunities/markup-0`);
  await expect(page.locator('h1')).toContainText(texts.markup);
  await expectAccessible(page);
});

test('SEC-5: a search for hostile text finds it and says it again as text', async ({ page }) => {
  const bad = watch(page, url());
  const where = new URLSearchParams({ search: texts.markup });
  await open(page, `${url()}/opportunities?${where}`);
  await page.goto(`${url()}/pipeline?team=${encodeURIComponent(texts.closing)}`);
  await expect(page.locator('body')).toContainText('</style>');
  expect(await page.evaluate(() => 'hostile' in window)).toBe(false);
  expect(bad.filter((line) => !line.includes('status of'))).toEqual([]);
});
