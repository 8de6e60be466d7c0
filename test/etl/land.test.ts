import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Landing, openLanding } from './land-harness.ts';

let landing: Landing;
beforeEach(async () => {
  landing = await openLanding();
});
afterEach(() => landing.close());

const short = async () =>
  (await landing.rows()).map(({ id, name, amount, _line }) => `${_line}:${id}|${name}|${amount}`);

test('a plain file becomes rows of text that know where they came from', async () => {
  const path = landing.put('sub/deals.csv', 'id,name,amount\n1,One,10.50\n2,,\n');
  const landed = await landing.land([path]);
  expect(landed).toMatchObject({
    table: 'landed_Deal',
    columns: ['id', 'name', 'amount'],
    rowsIn: 2,
    quarantined: 0,
    warnings: [],
  });
  expect(landed.files).toMatchObject([
    {
      file: 'sub/deals.csv',
      rows: 2,
      unchanged: false,
      bytes: 31,
      sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
    },
  ]);
  expect(await landing.rows()).toEqual([
    {
      id: '1',
      name: 'One',
      amount: '10.50',
      _file: 'sub/deals.csv',
      _line: '2',
      _raw: '1,One,10.50',
      _observed_at: '2026-03-01 12:00:00.123',
    },
    {
      id: '2',
      name: null,
      amount: null,
      _file: 'sub/deals.csv',
      _line: '3',
      _raw: '2,,',
      _observed_at: '2026-03-01 12:00:00.123',
    },
  ]);
  expect(readFileSync(join(landing.folder, 'crm/sub/deals.csv'))).toEqual(readFileSync(path));
});

test('every raw line is kept with its hash', async () => {
  await landing.land([
    landing.put('a.csv', 'id,name\n1,"a\nb"\n\n2,b\n'),
    landing.put('b.csv', Buffer.from('id,name\n3,\xff\n', 'latin1')),
  ]);
  const lines = await landing.rows(
    `select file, line::integer as line, raw, load, hash = sha256(raw) as whole from '${landing.folder}/crm/Deal.lines.parquet' order by file, line`,
  );
  expect(lines.map(({ file, line, raw }) => `${file} ${line} ${raw}`)).toEqual([
    'a.csv 1 id,name',
    'a.csv 2 1,"a',
    'a.csv 3 b"',
    'a.csv 4 ',
    'a.csv 5 2,b',
    'b.csv 1 id,name',
    'b.csv 2 3,\\xFF',
  ]);
  expect(lines.every((line) => line.whole === true && line.load === 'L000001')).toBe(true);
  expect(readdirSync(join(landing.folder, 'crm')).sort()).toEqual([
    'Deal.lines.parquet',
    'a.csv',
    'b.csv',
  ]);
});

test.each([[','], [';'], ['\t'], ['|']])(
  'the delimiter %j is found from the header',
  async (mark) => {
    const lines = [
      ['id', 'name', 'amount'],
      ['1', `"a${mark}b"`, '5'],
      ['2', 'c', '6'],
    ];
    await landing.land([
      landing.put('d.csv', `${lines.map((line) => line.join(mark)).join('\n')}\n`),
    ]);
    expect(await short()).toEqual([`2:1|a${mark}b|5`, '3:2|c|6']);
  },
);

test('a given delimiter wins over what the header suggests', async () => {
  await landing.land([landing.put('d.csv', 'id;name, first, last;amount\n1;x;2\n')], {
    delimiter: ';',
  });
  expect((await landing.rows())[0]).toMatchObject({
    id: '1',
    'name, first, last': 'x',
    amount: '2',
  });
});

test.each([
  ['quoted throughout', '"1","One","10"\n"2","","x,y"\n', ['2:1|One|10', '3:2|null|x,y']],
  ['quotes where needed', '1,"a, b",10\n2,"","x"\n', ['2:1|a, b|10', '3:2|null|x']],
  [
    'doubled quotes',
    '1,"a ""b"" c",10\n2,"""",5\n3,"""x""",""""""\n',
    ['2:1|a "b" c|10', '3:2|"|5', '4:3|"x"|""'],
  ],
  [
    'line ends in values',
    '1,"a\nb, c",10\n2,"""x\n\ny""",5\n3,"\n",6\n',
    ['2:1|a\nb, c|10', '4:2|"x\n\ny"|5', '7:3|\n|6'],
  ],
  ['line ends in two values', '1,"a\nb","c\nd"\n2,e,f\n', ['2:1|a\nb|c\nd', '5:2|e|f']],
  [
    'records next to each other',
    '1,"a\nb",c\n2,"d\ne",f\n3,g,h\n',
    ['2:1|a\nb|c', '4:2|d\ne|f', '6:3|g|h'],
  ],
  [
    'multi-byte text',
    '1,Žiga Čuk,10 €\n2,"日本, 語",😀\n',
    ['2:1|Žiga Čuk|10 €', '3:2|日本, 語|😀'],
  ],
  ['empty lines', '\n1,a,b\n\n\n2,c,d\n\n', ['3:1|a|b', '6:2|c|d']],
  ['empty values only', ',,\n1,a,b\n', ['2:null|null|null', '3:1|a|b']],
])('%s', async (_, body, rows) => {
  for (const end of ['\n', '\r\n', '\r']) {
    const landed = await landing.land([
      landing.put('d.csv', `id,name,amount\n${body}`.replaceAll('\n', end)),
    ]);
    expect(await short()).toEqual(rows);
    expect(landed).toMatchObject({ rowsIn: rows.length, quarantined: 0 });
  }
});

test('a BOM is no part of the first name; names are trimmed', async () => {
  const landed = await landing.land([landing.put('d.csv', '\ufeff id , name\t,amount\n1,a,2')]);
  expect(landed.columns).toEqual(['id', 'name', 'amount']);
  expect(landed.warnings).toEqual([
    'd.csv does not end with a line end; its last value may be cut',
  ]);
});

test('a header may hold line ends; columns without a name are numbered', async () => {
  const landed = await landing.land([landing.put('d.csv', 'id,"long\nname",\n1,a,b\n')]);
  expect(landed.columns).toEqual(['id', 'long\nname', 'column_3']);
  expect(landed.warnings).toEqual(['d.csv: column 3 has no name; it is called column_3']);
  expect((await landing.rows())[0]).toMatchObject({ _line: '3', column_3: 'b' });
});

test('files with different columns are united by name', async () => {
  const landed = await landing.land([
    landing.put('1.csv', 'id,name\n1,a\n'),
    landing.put('2.csv', 'Name,id,stage\nb,2,Won\n'),
  ]);
  expect(landed.columns).toEqual(['id', 'name', 'stage']);
  expect(await landing.rows('select id, name, stage from "landed_Deal" order by id')).toEqual([
    { id: '1', name: 'a', stage: null },
    { id: '2', name: 'b', stage: 'Won' },
  ]);
});

test('gzip is unpacked; a damaged or over-packed one is refused', async () => {
  const text = 'id,name,amount\n1,a,2\n';
  await landing.land([landing.put('d.csv.gz', gzipSync(text))]);
  expect(await short()).toEqual(['2:1|a|2']);
  const noise = gzipSync(
    Buffer.from(
      `${text}${Array.from({ length: 5000 }, (_, i) => `${i},${createHash('md5').update(String(i)).digest('hex')},1`).join('\n')}\n`,
    ),
  );
  await expect(
    landing.land([landing.put('cut.csv.gz', noise.subarray(0, noise.length / 2))]),
  ).rejects.toThrow(/damaged or cut gzip/);
  const bomb = gzipSync(Buffer.concat([Buffer.from(text), Buffer.alloc(50_000_000, '1,a,2\n')]));
  await expect(landing.land([landing.put('bomb.csv.gz', bomb)])).rejects.toThrow(
    /20 times its size/,
  );
  expect(readdirSync(join(landing.folder, 'crm')).filter((name) => name.endsWith('.text'))).toEqual(
    [],
  );
});

test('JSON lines land as text; a bad line goes alone', async () => {
  const lines = [
    '{"id":1,"name":"a \\"b\\"","amount":1234567.89}',
    '',
    '{"id":2,"name":null,"tags":["x"],"o":{"k":1}}',
    '{"id":3,',
    '[1]',
    '{"id":4,"amount":12345678901234567.89}',
    '{"id":5}',
  ];
  const landed = await landing.land([landing.put('d.jsonl', `${lines.join('\n')}\n`)]);
  expect(landed).toMatchObject({
    columns: ['id', 'name', 'amount', 'tags', 'o'],
    rowsIn: 6,
    quarantined: 3,
  });
  expect(
    await landing.rows(
      'select id, name, amount, tags, o, _line::integer as _line from "landed_Deal" order by _line',
    ),
  ).toEqual([
    { id: '1', name: 'a "b"', amount: '1234567.89', tags: null, o: null, _line: 1 },
    { id: '2', name: null, amount: null, tags: '["x"]', o: '{"k":1}', _line: 3 },
    { id: '5', name: null, amount: null, tags: null, o: null, _line: 7 },
  ]);
  expect((await landing.quarantine()).map(({ line, reason }) => `${line} ${reason}`)).toEqual([
    '4 is not JSON',
    '5 is JSON but not an object',
    '6 has a number with more digits than JSON keeps; write it as text in quotes',
  ]);
});

test('parquet lands as text', async () => {
  await landing.db.run(
    `copy (select 1 as id, 'a' as name, 1.50::decimal(9,2) as amount, timestamp '2026-01-02 03:04:05' as at union all select 2, null, 2, null) to '${join(landing.root, 'd.parquet')}' (format parquet)`,
  );
  const landed = await landing.land([join(landing.root, 'd.parquet')]);
  expect(landed).toMatchObject({
    columns: ['id', 'name', 'amount', 'at'],
    rowsIn: 2,
    quarantined: 0,
  });
  expect((await landing.rows())[0]).toMatchObject({
    id: '1',
    name: 'a',
    amount: '1.50',
    at: '2026-01-02 03:04:05',
    _line: '1',
    _raw: '{"id":"1","name":"a","amount":"1.50","at":"2026-01-02 03:04:05"}',
  });
  await expect(landing.land([landing.put('bad.parquet', 'PAR1 no')])).rejects.toThrow(
    /not a readable parquet file/,
  );
});

test('a known file is not read again, unless it must be', async () => {
  const path = landing.put('d.csv', 'id,name,amount\n1,a,2\n');
  const first = await landing.land([path]);
  const known = () => first.files[0]?.sha256;
  const again = await landing.land(
    [path],
    {},
    { known, landingFolder: join(landing.folder, 'next') },
  );
  expect(again).toMatchObject({
    table: null,
    rowsIn: 0,
    files: [{ unchanged: true, sha256: known() }],
  });
  expect(existsSync(join(landing.folder, 'next/crm/d.csv'))).toBe(false);
  expect(await landing.land([path], { force: true }, { known })).toMatchObject({
    rowsIn: 1,
    files: [{ unchanged: false }],
  });
  appendFileSync(path, '2,b,3\n');
  expect(await landing.land([path], {}, { known })).toMatchObject({
    rowsIn: 2,
    files: [{ unchanged: false }],
  });
});

test.each([
  ['UTF-16', Buffer.from('\ufeffid,name\n1,a\n', 'utf16le'), /is UTF-16/],
  ['UTF-16 without a mark', Buffer.from('id,name\n1,a\n', 'utf16le'), /is UTF-16/],
  ['a spreadsheet', Buffer.from('PK\x03\x04rest'), /zip archive/],
  ['an empty file', Buffer.from(''), /is empty/],
  ['empty lines only', Buffer.from('\n\n'), /is empty/],
  [
    'a damaged header',
    Buffer.from('id,n\xffme\n1,a\n', 'latin1'),
    /the header, line 1, byte 0xFF at position 5/,
  ],
  ['a name twice', Buffer.from('Id,name,ID\n1,a,b\n'), /has "ID" twice/],
  ['a reserved name', Buffer.from('id,_line\n1,a\n'), /"_line" is taken/],
  ['an open header', Buffer.from('id,"name\n1,a\n'), /opens a quote/],
  [
    '501 columns',
    Buffer.from(`${Array.from({ length: 501 }, (_, i) => `c${i}`).join(',')}\n`),
    /has 501 columns/,
  ],
])('%s is refused by name', async (_, content, reason) => {
  await expect(landing.land([landing.put('d.csv', content)])).rejects.toThrow(reason);
});

test('a file outside the folder is refused', async () => {
  await expect(landing.land([join(landing.root, '..', 'x.csv')])).rejects.toMatchObject({
    code: 'bad-source',
  });
});

test('REL-12: a source that grows or is cut while it is read is refused', async () => {
  const path = landing.put('d.csv', `id,name,amount\n${'1,a,2\n'.repeat(3_000_000)}`);
  for (const change of [
    () => appendFileSync(path, '9,z,9\n'),
    () => truncateSync(path, 1_000_000),
  ]) {
    const timer = setInterval(change, 1);
    try {
      await expect(landing.land([path])).rejects.toMatchObject({ code: 'still-being-written' });
    } finally {
      clearInterval(timer);
    }
    expect(readdirSync(join(landing.folder, 'crm'))).toEqual([]);
  }
});
