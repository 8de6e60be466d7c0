import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Landing, openLanding } from './land-harness.ts';

let landing: Landing;
beforeEach(async () => {
  landing = await openLanding();
});
afterEach(() => landing.close());

const good = (id: number) => `${id},Name ${id},Offer,${id}.00`;

/** Eleven damages, each between good neighbours. */
const damages: [line: string | Buffer, reason: RegExp][] = [
  ['2,"open quote,Offer,2.00', /quote without its counterpart/],
  [Buffer.from('4,bad \xff byte,Offer,4.00', 'latin1'), /byte 0xFF at position 7 is not UTF-8/],
  ['6,a\0b,Offer,6.00', /NUL byte at position 4/],
  ['8,short', /has 2 values, the header has 4/],
  ['10,long,Offer,10.00,extra', /has 5 values, the header has 4/],
  ['12,5" pipe and 6" pipe,Offer,12.00', /quote inside an unquoted value/],
  ['14,"text"after,Offer,14.00', /text after a closing quote/],
  [`16,${'x'.repeat(1_100_000)},Offer,16.00`, /longer than 1 MB/],
  ['18,\x01,Offer,18.00', /control byte 0x01/],
  [Buffer.from('20,cut \xe2\x82,Offer,20.00', 'latin1'), /byte 0xE2 at position 8/],
  ['22,cut', /has 2 values, the header has 4/],
];

test('REL-3: eleven damages are each named and take no neighbour along', async () => {
  const ends = ['\n', '\r\n', '\n', '\r'];
  const parts: Buffer[] = [Buffer.from('id,name,stage,amount\n')];
  damages.forEach(([line], i) => {
    parts.push(Buffer.from(good(2 * i + 1) + ends[i % 4]), Buffer.from(line as string));
    if (i < damages.length - 1) parts.push(Buffer.from('\n'));
  });
  const landed = await landing.land([landing.put('poison.csv', Buffer.concat(parts))]);
  expect(landed).toMatchObject({
    rowsIn: 22,
    quarantined: 11,
    warnings: [expect.stringMatching(/does not end with a line end/)],
  });
  const rows = await landing.rows();
  expect(rows.map((row) => row._raw)).toEqual(damages.map((_, i) => good(2 * i + 1)));
  expect(rows.map((row) => Number(row._line))).toEqual(damages.map((_, i) => 2 * i + 2));
  const aside = await landing.quarantine();
  expect(aside.map(({ line }) => line)).toEqual(damages.map((_, i) => 2 * i + 3));
  for (const [i, { reason }] of aside.entries()) expect(reason).toMatch(damages[i]?.[1] as RegExp);
});

const lines = (count: number) => Array.from({ length: count }, (_, i) => good(i + 100));

test.each([
  ['a later record with line ends', [...lines(5), '1,"a\nb",Offer,1', ...lines(3)]],
  ['two open quotes apart', [...lines(5), '1,"again,Offer,1', ...lines(3)]],
  [
    'records with line ends all around',
    ['1,"a\nb",Offer,1', '2,"c\nd",Offer,2', ...lines(2), '3,"e\n\nf",Offer,3'],
  ],
  ['1,000 good lines', lines(1000)],
])('an open quote before %s swallows nothing', async (_, after) => {
  const records = ['0,"first\nrecord",Offer,0', ...after];
  const body = [records[0], '9,"open,Offer,9', ...records.slice(1)].join('\n');
  await landing.land([landing.put('d.csv', `id,name,stage,amount\n${body}\n`)]);
  const open = records.filter((record) => (record.split('"').length - 1) % 2 === 1);
  expect((await landing.rows()).map((row) => row._raw)).toEqual(
    records.filter((record) => !open.includes(record)),
  );
  expect((await landing.quarantine()).map((row) => row.raw)).toEqual(['9,"open,Offer,9', ...open]);
});

test('a quote that closes after more than 200 lines is taken for an open one', async () => {
  const text = (count: number) => `1,"${'x\n'.repeat(count)}y",Offer,1`;
  expect(
    await landing.land([landing.put('d.csv', `id,name,stage,amount\n${text(200)}\n${good(5)}\n`)]),
  ).toMatchObject({ rowsIn: 2, quarantined: 0 });
  const landed = await landing.land([
    landing.put('d.csv', `id,name,stage,amount\n${text(201)}\n${good(5)}\n`),
  ]);
  expect(landed.quarantined).toBe(landed.rowsIn - 1);
  expect((await landing.rows()).map((row) => row._raw)).toEqual([good(5)]);
});

test('a damaged line inside a quoted value spoils that record only', async () => {
  const body = Buffer.concat([
    Buffer.from(`${good(1)}\n2,"a\n`),
    Buffer.from('b\xff\n', 'latin1'),
    Buffer.from(`c",Offer,2\n${good(3)}\n`),
  ]);
  await landing.land([
    landing.put('d.csv', Buffer.concat([Buffer.from('id,name,stage,amount\n'), body])),
  ]);
  expect((await landing.rows()).map((row) => row._raw)).toEqual([good(1), good(3)]);
  expect((await landing.quarantine()).map((row) => row.line)).toEqual([3, 4, 5]);
});

// Too short for a line that looks like a whole record, which is taken for one.
const cell = fc.string({
  unit: fc.constantFrom('a', 'é', ',', '"', '\n', ' ', '€', ';', 'x1'),
  maxLength: 5,
});
const written = (value: string, always: boolean) =>
  always || /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

test('whatever a correct writer writes is read back', { timeout: 240_000 }, async () => {
  const table = fc.array(fc.tuple(cell, cell, cell, fc.boolean()), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(table, async (records) => {
      const numbered = records.map(([a, b, c, always], i) => ({
        values: [String(i), a, b, c],
        always,
      }));
      const text = numbered
        .map(({ values, always }) => values.map((value) => written(value, always)).join(','))
        .join('\n');
      const landed = await landing.land([landing.put('d.csv', `id,a,b,c\n${text}\n`)]);
      expect(landed).toMatchObject({ rowsIn: numbered.length, quarantined: 0 });
      const rows = await landing.rows('select id, a, b, c from "landed_Deal" order by _line');
      expect(rows.map(({ id, a, b, c }) => [id, a, b, c])).toEqual(
        numbered.map(({ values }) => values.map((value) => value || null)),
      );
    }),
    { numRuns: 120 },
  );
});
