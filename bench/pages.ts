import { type Browser, chromium, type Page } from '@playwright/test';
import type { Served } from './server.ts';

/** How long a page takes in a real browser until all of its tiles are there. */
export interface PageMeasure {
  path: string;
  /** A new browser: until every tile is there. */
  cold_ms: number;
  /** Another as-of day on the open page, the days new to the server and asked for once more. */
  changed_p50_ms: number;
  again_p50_ms: number;
  again_p95_ms: number;
  /** Tiles of the last page that show a failure in the place of an answer. */
  failed: number;
}

const paths = ['/', '/pipeline', '/salesmen', '/risk', '/opportunities', '/accounts'];
const days = Array.from({ length: 5 }, (_, i) => `2025-11-${String(3 + i).padStart(2, '0')}`);
const patience = 60_000;

/** Every page in a browser of its own; the reason where none can be started. */
export async function measurePages(served: Served): Promise<PageMeasure[] | string> {
  const measured: PageMeasure[] = [];
  for (const path of paths) {
    const browser = await launch();
    if (typeof browser === 'string') return browser;
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      const from = performance.now();
      await page.goto(`${served.url}${path}`, { waitUntil: 'commit' });
      await page.waitForFunction(isWhole, '', { timeout: patience });
      const cold = performance.now() - from;
      await page.waitForLoadState('networkidle');
      const changed = await changes(page, path);
      const again = await changes(page, path);
      measured.push({
        path,
        cold_ms: Math.round(cold),
        changed_p50_ms: at(changed, 0.5),
        again_p50_ms: at(again, 0.5),
        again_p95_ms: at(again, 0.95),
        failed: await page.locator('main .failure').count(),
      });
    } finally {
      await browser.close();
    }
  }
  return measured;
}

const launch = (): Promise<Browser | string> =>
  chromium
    .launch({
      executablePath: process.env.PLUMBLINE_CHROMIUM ?? '/usr/bin/chromium',
      args: process.getuid?.() === 0 ? ['--no-sandbox', '--disable-gpu'] : ['--disable-gpu'],
    })
    .catch((error: Error) => `no browser: ${error.message.split('\n')[0]}`);

/** Milliseconds from asking for each day until the page of that day stands. */
async function changes(page: Page, path: string): Promise<number[]> {
  const times: number[] = [];
  for (const day of days) {
    const from = performance.now();
    await page.evaluate(
      (href) =>
        (window as unknown as { next: { router: { push(to: string): void } } }).next.router.push(
          href,
        ),
      `${path}?asOf=${day}`,
    );
    await page.waitForFunction(isWhole, day, { timeout: patience, polling: 'raf' });
    times.push(performance.now() - from);
  }
  return times;
}

/** Runs in the page: its address names the day, there is a heading, and no tile waits any more. */
const isWhole = (day: string): boolean =>
  location.search.includes(day) &&
  document.querySelector('h1')?.textContent !== '' &&
  document.querySelector('main') !== null &&
  document.querySelector('main [data-shape]') === null;

const at = (times: number[], q: number): number => {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0);
};
