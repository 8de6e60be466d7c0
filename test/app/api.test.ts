import { afterEach, describe, expect, it } from 'vitest';
import { GET, POST } from '#app/api/trpc/[trpc]/route.ts';
import { GET as ready } from '#app/readyz/route.ts';
import { WarehouseError } from '#warehouse/errors.ts';
import { ownRequest, pretend, type Refused } from './requests.ts';

const catalog = { metrics: [], dimensions: [], risks: [], forecasts: [] } as const;
const status = {
  company: 'Acme',
  snapshot: 'S000001',
  loadedAt: null,
  asOf: null,
  sources: [],
  objects: [],
  counts: {},
  warning: null,
};
const json = { 'content-type': 'application/json' };
const question = { metrics: ['openPipeline'] };
const input = (value: unknown) => `input=${encodeURIComponent(JSON.stringify(value))}`;

const working = () =>
  pretend({
    catalog: () => ({ ...catalog, risks: [], forecasts: [], metrics: [], dimensions: [] }),
    status: async () => status,
  });

async function refused(response: Response) {
  const { error } = (await response.json()) as Refused;
  return { status: response.status, ...error.data };
}

afterEach(() => Object.assign(globalThis, { plumblineWarehouse: undefined }));

describe('the API over HTTP', () => {
  it('answers a question of our own page, for this viewer only', async () => {
    working();
    const response = await GET(ownRequest('/api/trpc/status'));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ result: { data: status } });
    expect(response.headers.get('cache-control')).toBe('private, no-store');
  });

  it('answers ten questions at once and a long one by POST', async () => {
    const asked = working();
    const ten = Array.from({ length: 10 }, () => 'status').join(',');
    expect((await GET(ownRequest(`/api/trpc/${ten}?batch=1`))).status).toBe(200);
    expect(asked).toHaveLength(10);
    const posted = ownRequest('/api/trpc/status', { method: 'POST', headers: json, body: '' });
    expect((await POST(posted)).status).toBe(200);
  });
});

describe('SEC-3: what comes from elsewhere or is too much is refused before anything runs', () => {
  const types = [
    'application/json',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    '',
  ];

  it.each(types)('a POST of another site with type %j', async (type) => {
    const asked = working();
    for (const headers of [
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'http://localhost:9999', 'sec-fetch-site': 'same-site' },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'none' },
    ] as Record<string, string>[]) {
      const typed: Record<string, string> = type ? { ...headers, 'content-type': type } : headers;
      const request = ownRequest('/api/trpc/status', {
        method: 'POST',
        headers: typed,
        body: '{}',
      });
      expect(await refused(await POST(request))).toMatchObject({ status: 403, code: 'cross-site' });
    }
    expect(asked).toEqual([]);
  });

  it('a POST of our own page that is not JSON', async () => {
    const asked = working();
    for (const type of types.slice(1)) {
      const request = ownRequest('/api/trpc/status', {
        method: 'POST',
        headers: { 'content-type': type },
        body: 'x',
      });
      expect(await refused(await POST(request))).toMatchObject({ status: 415, code: 'not-json' });
    }
    expect(asked).toEqual([]);
  });

  it.each([
    'evil.example',
    'evil.example:3000',
    '127.0.0.1.nip.io',
    'localhost.evil.example',
    'user@localhost',
    'localhost:3000@evil.example',
    '[::1].evil.example',
    '',
  ])('the host name %j', async (host) => {
    const asked = working();
    const response = await GET(ownRequest('/api/trpc/status', { headers: { host } }));
    expect(await refused(response)).toMatchObject({ status: 403, code: 'forbidden-host' });
    expect(asked).toEqual([]);
  });

  it.each([11, 20_000])('a batch of %i calls', async (count) => {
    const asked = working();
    for (const comma of [',', '%2C', '%2c']) {
      const calls = Array.from({ length: count }, () => 'status').join(comma);
      const response = await GET(ownRequest(`/api/trpc/${calls}?batch=1`));
      expect(await refused(response)).toMatchObject({ status: 400, code: 'too-many-calls' });
    }
    expect(asked).toEqual([]);
  });

  it('a body of 50 MB, announced or not', async () => {
    const asked = working();
    const large = new Uint8Array(50 * 1024 * 1024).fill(32);
    const announced = { ...json, 'content-length': String(large.byteLength) };
    expect(await refused(await POST(post({ body: large, headers: announced })))).toMatchObject({
      status: 413,
      code: 'too-large',
    });
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)),
    });
    const endless = { body: stream, duplex: 'half' } as RequestInit;
    expect(await refused(await POST(post({ ...endless, headers: json })))).toMatchObject({
      status: 413,
      code: 'too-large',
    });
    expect(asked).toEqual([]);
  });

  const post = (init: RequestInit) => ownRequest('/api/trpc/status', { method: 'POST', ...init });

  it('JSON nested 100,000 deep, in the body and in the address', async () => {
    const asked = working();
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(await refused(await POST(post({ headers: json, body: deep })))).toMatchObject({
      status: 400,
      code: 'too-deep',
    });
    const inAddress = ownRequest(
      `/api/trpc/status?input=${encodeURIComponent(`{"a":${'['.repeat(70)}${']'.repeat(70)}}`)}`,
    );
    expect(await refused(await GET(inAddress))).toMatchObject({ status: 400, code: 'too-deep' });
    expect(asked).toEqual([]);
  });

  it('unknown keys, unbounded lists, wrong types', async () => {
    const asked = working();
    for (const wrong of [
      { ...question, sql: 'select 1' },
      { metrics: Array.from({ length: 25 }, () => 'openPipeline') },
      { ...question, where: { team: Array.from({ length: 501 }, () => 'x') } },
      { ...question, where: { team: ['x'.repeat(301)] } },
      { ...question, limit: 1e9 },
      { metrics: 'openPipeline' },
    ]) {
      const response = await GET(ownRequest(`/api/trpc/answer?${input(wrong)}`));
      expect(await refused(response)).toMatchObject({ status: 400, code: 'wrong-input' });
    }
    expect(asked).toEqual([]);
  });
});

describe('SEC-4: an error leaves as code, words and id only', () => {
  const canary = 'canary-7f3a91';
  const secret = `connect /srv/data/secret.duckdb?password=${canary} failed at line 7`;

  const thrown: [string, unknown, number, string][] = [
    ['an unknown error', new Error(secret), 500, 'internal'],
    ['a thrown text', secret, 500, 'internal'],
    [
      'a failed statement',
      new WarehouseError('query-failed', secret, {
        sql: `select '${canary}'`,
        cause: new Error(secret),
      }),
      500,
      'query-failed',
    ],
    [
      'damaged data',
      new WarehouseError('damaged-snapshot', secret, { cause: new Error(secret) }),
      503,
      'damaged-snapshot',
    ],
  ];

  it.each(thrown)('%s in the warehouse', async (_name, error, code, name) => {
    pretend({ status: async () => Promise.reject(error) });
    const response = await GET(ownRequest('/api/trpc/status'));
    const text = await response.clone().text();
    expect(text).not.toContain(canary);
    expect(text).not.toMatch(/stack|duckdb|\/srv|at line/);
    expect(await refused(response)).toEqual({
      status: code,
      code: name,
      message: expect.any(String),
      id: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
  });

  it('a throw while the context is made', async () => {
    Object.defineProperty(globalThis, 'plumblineWarehouse', {
      configurable: true,
      writable: true,
      value: undefined,
    });
    const response = await GET(ownRequest('/api/trpc/nonsense'));
    expect(await refused(response)).toMatchObject({ status: 404, code: 'unknown-call' });
  });

  it('passes on what the warehouse says to people', async () => {
    const words = 'Team "DACHH" does not exist. Did you mean "DACH"?';
    pretend({ answer: async () => Promise.reject(new WarehouseError('wrong-value', words)) });
    const response = await GET(ownRequest(`/api/trpc/answer?${input(question)}`));
    expect(await refused(response)).toMatchObject({
      status: 400,
      code: 'wrong-value',
      message: words,
    });
  });

  it('readyz says why not, without paths', async () => {
    pretend({ status: async () => Promise.reject(new WarehouseError('damaged-snapshot', secret)) });
    const response = await ready();
    expect(response.status).toBe(503);
    const text = await response.text();
    expect(text).toContain('cannot be read');
    expect(text).not.toMatch(/srv|canary/);
  });
});
