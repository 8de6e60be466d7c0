import { type APIResponse, expect, test } from '@playwright/test';
import { open } from './watch.ts';

const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
};

function expectSafe(answer: APIResponse): void {
  const headers = answer.headers();
  expect(headers, answer.url()).toMatchObject(always);
  const policy = headers['content-security-policy'] ?? '';
  expect(policy, answer.url()).toMatch(
    /default-src 'self'; script-src 'self' 'nonce-[\w+/]{22}=='/,
  );
  for (const rule of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
    expect(policy, answer.url()).toContain(rule);
  expect(policy.match(/script-src [^;]*/)?.[0], answer.url()).not.toMatch(/unsafe|\*|https?:/);
  expect(headers['permissions-policy'], answer.url()).toContain('camera=()');
  expect(headers, answer.url()).not.toHaveProperty('x-powered-by');
}

/** What answers so: pages, files, calls, exports, what is not there, what is refused or fails. */
const answers: [number, string][] = [
  [200, '/'],
  [200, '/pipeline'],
  [200, '/definitions'],
  [200, '/healthz'],
  [200, '/readyz'],
  [200, '/api/trpc/status'],
  [200, '/icon.svg'],
  [200, '/pipeline/'],
  [404, '/no-such-page'],
  [404, '/opportunities/none'],
  [404, '/_next/static/none.js'],
  [404, '/api/trpc/none'],
  [400, '/api/trpc/answer?input=%7B'],
  [400, '/api/export'],
];

test('SEC-2: every answer carries the headers, whatever its status', async ({ request }) => {
  for (const [status, path] of answers) {
    const answer = await request.get(path, { maxRedirects: 0 });
    expect(answer.status(), path).toBe(status);
    expectSafe(answer);
  }
  const foreign = await request.get('/', { headers: { host: 'evil.example' } });
  expect(foreign.status()).toBe(403);
  expectSafe(foreign);
});

test('SEC-2: the scripts and styles of a page carry them too, and each page has a nonce of its own', async ({
  page,
  request,
}) => {
  await open(page, '/pipeline');
  const files = await page.evaluate(() =>
    performance.getEntriesByType('resource').map(({ name }) => name),
  );
  const own = files.filter((name) => name.includes('/_next/static/'));
  expect(own.length).toBeGreaterThan(3);
  for (const file of own) expectSafe(await request.get(file));
  const nonces = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const policy = (await request.get('/definitions')).headers()['content-security-policy'];
      return policy?.match(/'nonce-([^']+)'/)?.[1];
    }),
  );
  expect(new Set(nonces).size).toBe(8);
});

test('SEC-2: nothing on the pages goes against the policy', async ({ page }) => {
  await page.addInitScript(() => {
    const broken: string[] = [];
    Object.assign(window, { broken });
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      broken.push(`${violatedDirective} ${blockedURI}`),
    );
  });
  for (const path of ['/', '/pipeline', '/salesmen', '/risk', '/data', '/opportunities']) {
    await open(page, path);
    expect(await page.evaluate(() => (window as unknown as { broken: string[] }).broken)).toEqual(
      [],
    );
  }
});

test('SEC-2: the policy does stop what it must stop', async ({ page }) => {
  await open(page, '/definitions');
  const stopped = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) =>
          resolve(event.violatedDirective),
        );
        const script = document.createElement('div');
        script.innerHTML = '<img src="http://example.invalid/x.png">';
        document.body.append(script);
      }),
  );
  expect(stopped).toBe('img-src');
});
