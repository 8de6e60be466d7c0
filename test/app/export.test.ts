import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { toCsv } from '#warehouse/csv.ts';
import { toParquet } from '#warehouse/parquet.ts';
import { GET, POST } from '#app/api/export/route.ts';
import type { Column, RowsAnswer } from '#warehouse/answers.ts';
import { ownRequest, pretend, type Refused } from './requests.ts';

const name: Column = { name: 'name', label: 'Name', unit: 'text', kind: 'attribute' };
const money: Column = {
  name: 'amount',
  label: 'Amount',
  unit: 'money',
  kind: 'metric',
  currency: 'EUR',
};
const closes: Column = { name: 'closeOn', label: 'Close date', unit: 'date', kind: 'attribute' };
const columns = [name, money, closes];

/** RFC 4180, read as strictly as it is written. */
function readCsv(text: string): string[][] {
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/gy;
  const rows: string[][] = [[]];
  let read = 0;
  for (const [whole, value = '', end] of text.matchAll(cell)) {
    const plain = value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value;
    rows.at(-1)?.push(plain);
    if (end === '\r\n') rows.push([]);
    read += whole.length;
  }
  if (read !== text.length)
    throw new Error(`not RFC 4180 from ${read}: ${text.slice(read, read + 80)}`);
  return rows.slice(0, -1);
}

describe('CSV', () => {
  it('quotes by RFC 4180 and keeps true numbers', () => {
    const text = toCsv(columns, [
      { name: 'Brenta "Foods", line 3\nnew', amount: '-1240.50', closeOn: null },
    ]);
    expect(text).toBe(
      'Name,Amount (EUR),Close date\r\n"Brenta ""Foods"", line 3\nnew",-1240.50,\r\n',
    );
  });

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\tx',
    '\rx',
    '\nx',
    '＝1',
    '＋1',
    '－1',
    '＠x',
    '=HYPERLINK("http://x","y")',
    "-1+cmd|' /C calc'!A0",
  ])('SEC-5: the formula %j is text', (formula) => {
    const cell = readCsv(toCsv([name], [{ name: formula }]))[1]?.[0];
    expect(cell).toBe(`'${formula}`);
    expect(readCsv(toCsv([{ ...name, label: formula }], []))[0]?.[0]).toBe(`'${formula}`);
  });

  it('SEC-5: money that is not a number is text too', () => {
    expect(toCsv([money], [{ amount: '=1+1' }])).toContain("'=1+1");
  });

  it('gives back any text it was given', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), (texts) => {
        const read = readCsv(
          toCsv(
            [name, name],
            texts.map((value) => ({ name: value })),
          ),
        );
        expect(read.slice(1)).toEqual(texts.map((value) => [shown(value), shown(value)]));
      }),
      { numRuns: 300 },
    );
  });
});

const shown = (text: string) =>
  (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? "'" : '') + text.replaceAll('\0', '\uFFFD');

describe('Parquet', () => {
  it('keeps cents exact, dates dates, and the circumstances', async () => {
    const rows = [
      { name: 'a', amount: '9999999999999999.99', closeOn: '2026-03-31' },
      { name: null, amount: '-0.07', closeOn: null },
      { name: '=1+1', amount: null, closeOn: '1969-12-31' },
    ];
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-export-'));
    const path = join(folder, 'rows.parquet');
    writeFileSync(path, Buffer.from(toParquet(columns, rows, { asOf: '2026-03-02T00:00:00Z' })));
    const db = await (await DuckDBInstance.create(':memory:')).connect();
    const read = async (sql: string) => (await db.runAndReadAll(sql)).getRowObjectsJson();
    expect(await read(`select * from '${path}'`)).toEqual(rows);
    const types = await read(
      `select typeof(amount) as amount, typeof("closeOn") as day from '${path}' limit 1`,
    );
    expect(types).toEqual([{ amount: 'DECIMAL(18,2)', day: 'DATE' }]);
    expect(
      await read(`select value::varchar as value from parquet_kv_metadata('${path}')`),
    ).toEqual([{ value: '2026-03-02T00:00:00Z' }]);
    rmSync(folder, { recursive: true });
  });
});

describe('the export route', () => {
  afterEach(() => Object.assign(globalThis, { plumblineWarehouse: undefined }));

  const answer = (count: number): RowsAnswer => ({
    asOf: '2026-03-02T12:00:00.000Z',
    knownAt: '2026-03-02T12:00:00.000Z',
    isNow: true,
    snapshot: 'S000001',
    period: 'all',
    currency: 'EUR',
    rate: 'plan',
    columns,
    rows: [{ name: 'x', amount: '1.00', closeOn: '2026-03-31' }],
    notes: [],
    count,
    sum: '1.00',
    total: '1.00',
    adds: true,
  });
  const rowsOf = (query: unknown) =>
    ownRequest(`/api/export?of=rows&format=csv&query=${encodeURIComponent(JSON.stringify(query))}`);

  it('sends a file with a name of its own', async () => {
    pretend({ rows: async () => answer(1) });
    const response = await GET(rowsOf({ metrics: ['openPipeline'] }));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename="plumbline-rows-as-of-2026-03-02.csv"',
    );
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(await response.text()).toBe('Name,Amount (EUR),Close date\r\nx,1.00,2026-03-31\r\n');
  });

  it('refuses what it would have to cut, and what it does not know', async () => {
    pretend({ rows: async () => answer(300_000) });
    expect((await GET(rowsOf({ metrics: ['openPipeline'] }))).status).toBe(413);
    expect((await GET(rowsOf({ metrics: ['openPipeline'], file: '/etc/passwd' }))).status).toBe(
      400,
    );
    expect((await GET(ownRequest('/api/export?of=rows&format=xlsx&query={}'))).status).toBe(400);
  });

  const picture = (svg: string) =>
    POST(
      ownRequest('/api/export', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ format: 'png', svg, name: '../../etc/passwd' }),
      }),
    );

  it('draws a chart', async () => {
    const response = await picture(
      '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#2f4b9b"/></svg>',
    );
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename="plumbline-etc-passwd.png"',
    );
    expect(
      Buffer.from(await response.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
  });

  it.each([
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
    '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
    '<svg><script>1</script></svg>',
    '<svg onload="x()"></svg>',
    '<svg><style>@import "http://x"</style></svg>',
    '<svg><rect fill="url(http://x/y)"/></svg>',
    '<svg><foreignObject/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg" width="999999" height="999999"/>',
    'GIF89a',
    '',
  ])('SEC-5: does not draw %j', async (svg) => {
    const response = await picture(svg);
    expect(response.status).toBe(400);
    expect(((await response.json()) as Refused).error.data.code).toBe('wrong-input');
  });
});
