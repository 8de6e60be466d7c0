import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localViewer } from '#warehouse/access.ts';
import { countOf, makeRules, type Rules, sourceConfig, stages } from './rules-harness.ts';

let at: Rules;
beforeEach(() => {
  at = makeRules();
});
afterEach(() => at.remove());

const stage = { 'stage.csv': stages };
const seen = { observedAt: '2026-03-31T12:00:00Z', maxQuarantined: 1 };
const write = (name: string, content: string | Buffer) =>
  writeFileSync(join(at.exports, name), content);
const told = async (columns = 'id, stage, amount') =>
  (await at.sql(`select ${columns} from fact_opportunity order by id`)).map((row) =>
    Object.values(row).join(' '),
  );

test('an empty file is refused by name, and nothing else is loaded', async () => {
  write('opportunity.csv', '');
  await expect(at.put(stage, seen)).rejects.toThrow(
    /opportunity\.csv is empty: not even a header line/,
  );
  await expect(at.warehouse.status()).rejects.toMatchObject({ code: 'no-snapshot' });
});

test('a header alone is no record, and no deletion of all that is known', async () => {
  const result = await at.put({ ...stage, 'opportunity.csv': 'id,stage' }, seen);
  expect(countOf(result, 'opportunity')).toMatchObject({ rowsIn: 0, loaded: 0 });
  expect(await at.total({ metrics: ['openCount'] })).toEqual({ openCount: 0 });
  const full = { full: ['opportunity' as const], maxQuarantined: 1 };
  await at.put({ 'opportunity_2026-04-01.csv': 'id,stage\n1,Offer' }, full);
  await expect(at.put({ 'opportunity_2026-04-02.csv': 'id,stage' }, full)).rejects.toThrow(
    /the full extract is empty, but 1 records are known/,
  );
});

test('only bad lines: each is in quarantine, and none of them is a deletion', async () => {
  const full = { ...seen, full: ['opportunity' as const] };
  await at.put({ ...stage, 'opportunity_2026-03-01.csv': 'id,stage,amount\n1,Offer,5' }, full);
  const result = await at.put(
    {
      'opportunity_2026-03-02.csv': 'id,stage,amount\n1,Offer,five\n2\n,Offer,5\n3,,5\n4,"Offer,5',
    },
    full,
  );
  expect(countOf(result, 'opportunity')).toMatchObject({ rowsIn: 5, loaded: 0, quarantined: 5 });
  expect(result.tooManyQuarantined).toBe(false);
  const { rows } = await at.warehouse.quarantine(localViewer, { limit: 9 });
  expect(rows.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
    '2 is not a number',
    '3 has 1 value, the header has 3',
    '4 id is needed and empty',
    '5 stage is needed and empty',
    '6 opens or closes a quote without its counterpart',
  ]);
  expect(await at.total({ metrics: ['openPipeline'] })).toEqual({ openPipeline: '5.00' });
});

test('a line without end is one line in quarantine, whatever its size', {
  timeout: 240_000,
}, async () => {
  write(
    'opportunity.csv',
    Buffer.concat([
      Buffer.from('id,stage,amount\n1,Offer,1\n2,'),
      Buffer.alloc(80_000_000, 'x'),
      Buffer.from(',2\n3,Offer,3\n'),
    ]),
  );
  const result = await at.put(stage, seen);
  expect(countOf(result, 'opportunity')).toMatchObject({ rowsIn: 3, loaded: 2, quarantined: 1 });
  const { rows } = await at.warehouse.quarantine(localViewer, { limit: 1 });
  expect(rows[0]).toMatchObject({ line: 3, reason: 'is longer than 1 MB' });
  expect(rows[0]?.raw?.length).toBeLessThan(5000);
  expect(await told('id')).toEqual(['1', '3']);
});

test('UTF-16 is refused by name; of Latin-1 the lines that are no UTF-8 are set aside', async () => {
  write('opportunity.csv', Buffer.from('\ufeffid,stage\n1,Offer\n', 'utf16le'));
  await expect(at.put(stage, seen)).rejects.toThrow(
    /opportunity\.csv is UTF-16; save or export it as UTF-8/,
  );
  write(
    'opportunity.csv',
    Buffer.from('id,stage,name\n1,Offer,M\xfcller\n2,Offer,plain\n', 'latin1'),
  );
  const result = await at.put(stage, seen);
  expect(countOf(result, 'opportunity')).toMatchObject({ rowsIn: 2, loaded: 1, quarantined: 1 });
  const { rows } = await at.warehouse.quarantine(localViewer, { limit: 1 });
  expect(rows[0]).toMatchObject({
    line: 2,
    reason: 'byte 0xFC at position 10 is not UTF-8; export the file as UTF-8',
    raw: '1,Offer,M\\xFCller',
  });
});

test('a German export without a word in the config is refused number by number, and read right with one', async () => {
  write(
    'opportunity.csv',
    'id;stage;amount;closeDate\n1;Offer;1.234,50;31.12.2026\n2;Offer;12,5;01.02.2026\n',
  );
  const plain = await at.put(stage, seen);
  expect(countOf(plain, 'opportunity')).toMatchObject({ loaded: 0, quarantined: 2 });
  const columns = {
    amount: { column: 'amount', decimal: ',' },
    closeDate: { column: 'closeDate', date: '%d.%m.%Y' },
  };
  const read = await at.put(stage, { ...seen, objects: { opportunity: { columns } } });
  expect(countOf(read, 'opportunity')).toMatchObject({ loaded: 2, quarantined: 0 });
  expect(await told('id, amount, close_date::varchar as d')).toEqual([
    '1 1234.50 2026-12-31',
    '2 12.50 2026-02-01',
  ]);
  expect((await at.warehouse.quarantine(localViewer, { limit: 1 })).total).toBe(0);
});

test('a point before three digits in every amount is asked about', async () => {
  const file = {
    ...stage,
    'opportunity.csv': 'id,stage,amount\n1,Offer,1.500\n2,Offer,20.000\n3,Offer,7',
  };
  await expect(at.put(file, seen)).rejects.toThrow(
    /every value of "amount" with a point has three digits behind it \(1\.500\): is the point a thousands mark/,
  );
  const as = (decimal: string) => ({
    ...seen,
    objects: { opportunity: { columns: { amount: { column: 'amount', decimal } } } },
  });
  await at.put(file, as(','));
  expect(await told('amount')).toEqual(['1500.00', '20000.00', '7.00']);
});

test('amounts with currency signs and thousands marks', async () => {
  const amounts = [
    '"$1,234.50"',
    '€ 99',
    '-€5.25',
    '1 000 000',
    '"1,234,567.89 USD"',
    'CHF 12.50',
    "1'234.5",
    '(5)',
    '1,2',
    '"1,23,456"',
  ];
  await at.put(
    {
      ...stage,
      'opportunity.csv': `id,stage,amount\n${amounts.map((a, i) => `${i},Offer,${a.includes(',') && !a.startsWith('"') ? `"${a}"` : a}`).join('\n')}`,
    },
    seen,
  );
  expect(await told('amount')).toEqual([
    '1234.50',
    '99.00',
    '-5.25',
    '1000000.00',
    '1234567.89',
    '12.50',
    '1234.50',
  ]);
  expect(
    (await at.warehouse.quarantine(localViewer, { limit: 9 })).rows.map(({ value }) => value),
  ).toEqual(['(5)', '1,2', '1,23,456']);
});

test('yes and no in all their spellings, and nothing else', async () => {
  const yes = ['true', 'TRUE', '1', 'yes', 'Y', 't'];
  const no = ['false', 'False', '0', 'NO', 'n', 'f', ''];
  const bad = ['2', 'maybe', 'ja'];
  await at.put(
    {
      ...stage,
      'opportunity.csv': `id,stage,deleted\n${[...yes, ...no, ...bad].map((v, i) => `${String(i).padStart(2, '0')},Offer,${v}`).join('\n')}`,
    },
    seen,
  );
  expect(await told('coalesce(deleted, false) as d')).toEqual([
    ...yes.map(() => 'true'),
    ...no.map(() => 'false'),
  ]);
  const { rows } = await at.warehouse.quarantine(localViewer, { limit: 9 });
  expect(rows.map(({ value, reason }) => [value, reason])).toEqual(
    bad.map((v) => [v, 'is not a yes or no (true/false, 1/0)']),
  );
});

test('numbers too large for their column, and a year that never comes', async () => {
  await at.put(
    {
      'stage.csv': 'label,order,class\nOffer,1,open\nHuge,99999999999,open',
      'opportunity.csv':
        'id,stage,amount,closeDate\n1,Offer,99999999999999999.99,\n2,Offer,1e15,\n3,Offer,1e30,\n4,Offer,NaN,\n5,Offer,Infinity,\n6,Offer,1,9999-12-31\n7,Offer,1,0000-00-00\n8,Offer,0x10,',
    },
    seen,
  );
  expect(await told('id, amount')).toEqual(['2 1000000000000000.00', '6 1.00']);
  expect(
    (await at.warehouse.quarantine(localViewer, { limit: 9 })).rows.map(
      ({ line, reason }) => `${line} ${reason}`,
    ),
  ).toEqual([
    '2 is not a number',
    '4 is not a number',
    '5 is not a number',
    '6 is not a number',
    '8 is not a date',
    '9 is not a number',
    '3 is not a whole number',
  ]);
});

test('headers: a name twice, a key that is missing, 500 columns and one more', async () => {
  write('opportunity.csv', 'id,stage,Stage\n1,a,b\n');
  await expect(at.put(stage, seen)).rejects.toThrow(/has "Stage" twice/);
  write('opportunity.csv', 'deal,stage\n1,a\n');
  await expect(at.put(stage, seen)).rejects.toThrow(/the needed column "id" is not there/);
  const more = Array.from({ length: 498 }, (_, i) => `c${i}`);
  write('opportunity.csv', `id,stage,${more.join(',')}\n1,Offer,${more.join(',')}\n`);
  await at.put(stage, seen);
  expect(
    await at.sql(
      `select len(json_keys(extra))::integer as n, extra->>'c497' as last from fact_opportunity`,
    ),
  ).toEqual([{ n: 498, last: 'c497' }]);
  write('opportunity.csv', `id,stage,x,${more.join(',')}\n`);
  await expect(at.put(stage, seen)).rejects.toThrow(/has 501 columns/);
});

test('ids of 15 and 18 characters are one record, in every file', async () => {
  const [short, long] = ['006D000000ABCde', '006D000000ABCdeIAH'];
  const config = {
    ...seen,
    objects: { opportunity_field_history: { fields: { Owner: 'salesman' } } },
  };
  await at.put(
    {
      ...stage,
      'user.csv': 'id,name\n005D000000AAAaaIAG,Ana\n005D000000BBBbb,Ben',
      'opportunity.csv': `id,stage,amount,salesman\n${long},Offer,5,005D000000BBBbb`,
      'opportunity_stage_history.csv': `id,opportunity,at,stage,amount\nh1,${short},2026-01-02T08:00:00Z,Qualify,4`,
      'opportunity_field_history.csv': `id,opportunity,at,field,oldValue,newValue\nf1,${short},2026-02-02T08:00:00Z,Owner,005D000000AAAaa,005D000000BBBbb`,
    },
    config,
  );
  expect(await at.total({ metrics: ['openCount'] })).toEqual({ openCount: 1 });
  expect(await at.ask({ metrics: ['openCount'], by: ['salesman'] })).toEqual([
    { salesman: 'Ben', openCount: 1 },
  ]);
  expect(
    (await at.life(long)).versions.map(({ stage: s, salesman }) => `${s} ${salesman}`),
  ).toEqual(['Qualify null', 'Qualify Ben', 'Offer Ben']);
});

describe('little is enough', () => {
  test('opportunities alone: no stages, no amounts, no accounts, no owners, no dates, no history', async () => {
    const result = await at.put({ 'opportunity.csv': 'id,stage\n1,Talking\n2,Done' }, seen);
    expect(countOf(result, 'opportunity')).toMatchObject({ loaded: 2 });
    expect(
      await at.ask({
        metrics: ['openCount', 'openPipeline'],
        by: ['stage', 'salesman', 'account'],
      }),
    ).toEqual([
      { stage: 'Done', salesman: null, account: null, openCount: 1, openPipeline: '0.00' },
      { stage: 'Talking', salesman: null, account: null, openCount: 1, openPipeline: '0.00' },
    ]);
  });

  test('one object alone, and activities without a date', async () => {
    await at.put(
      {
        'account.csv': 'id,name\na,Acme',
        'activity.csv': 'id,opportunity,account,subject\nt1,9,a,Call\nt2,,,',
      },
      seen,
    );
    expect((await at.warehouse.status()).counts).toMatchObject({
      account: 1,
      activity: 2,
      opportunity: 0,
    });
    expect(await at.total({ metrics: ['openCount', 'wonValue'] })).toEqual({
      openCount: 0,
      wonValue: '0.00',
    });
  });

  test('history of opportunities that nobody delivered waits for them', async () => {
    await at.put(
      {
        ...stage,
        'opportunity_stage_history.csv':
          'id,opportunity,at,stage,amount\nh1,1,2026-01-02T08:00:00Z,Qualify,4',
      },
      seen,
    );
    expect(
      (await at.warehouse.checks(localViewer)).find(({ check }) => check === 'history_orphan')
        ?.failing,
    ).toBe(1);
    await at.put({ 'opportunity.csv': 'id,stage,amount\n1,Offer,5' }, seen);
    expect(await at.versions('1', ['stage', 'amount', 'is_deleted'])).toEqual([
      '01-02 08:00 Qualify 4.00 false',
      '03-31 12:00 Offer 5.00 false',
    ]);
  });
});

test('creation dates in the future and closings before creation are kept in order, and named', async () => {
  await at.put(
    {
      ...stage,
      'opportunity.csv': `
        id,stage,amount,name,createdAt,closedAt,isClosed
        later,Offer,1,Later,2027-01-01T00:00:00Z,,false
        early,Won,2,Early,2026-03-10T00:00:00Z,2026-03-01T00:00:00Z,true`,
      'opportunity_stage_history.csv':
        'id,opportunity,at,stage,amount\nh1,later,2027-02-01T00:00:00Z,Won,9',
    },
    { ...seen, objects: { opportunity: { carryBack: ['name'] } } },
  );
  expect(await at.total({ metrics: ['openPipeline', 'wonValue'] })).toEqual({
    openPipeline: '1.00',
    wonValue: '2.00',
  });
  const failing = async (name: string) =>
    (await at.warehouse.checks(localViewer)).find(({ check }) => check === name)?.failing;
  expect([
    await failing('created_later'),
    await failing('closed_before_created'),
    await failing('history_later'),
  ]).toEqual([1, 1, 1]);
  const { versions } = await at.life('early');
  expect(versions.every(({ validFrom, validTo }) => validTo === null || validFrom < validTo)).toBe(
    true,
  );
});

test('an older extract after a newer one tells of the past only', async () => {
  await at.put({ ...stage, 'opportunity_2026-03-20.csv': 'id,stage,amount\n1,Won,90' }, seen);
  await at.put({ 'opportunity_2026-03-10.csv': 'id,stage,amount\n1,Offer,50' }, seen);
  expect(await at.total({ metrics: ['wonValue', 'openCount'] })).toEqual({
    wonValue: '90.00',
    openCount: 0,
  });
  expect(await at.total({ metrics: ['openPipeline'], asOf: '2026-03-15' })).toEqual({
    openPipeline: '50.00',
  });
  expect(await at.versions('1', ['stage', 'amount'])).toEqual([
    '03-10 23:59 Offer 50.00',
    '03-20 23:59 Won 90.00',
  ]);
});

test('an extract exported again for the same day overrules the first', async () => {
  await at.put(
    { ...stage, 'opportunity_2026-03-20.csv': 'id,stage,amount\n0,Offer,1\n1,Offer,9\n2,Offer,3' },
    seen,
    '2026-03-21T06:00:00Z',
  );
  await at.put(
    { 'opportunity_2026-03-20.csv': 'id,stage,amount\n1,Offer,5\n2,Offer,3' },
    seen,
    '2026-03-22T06:00:00Z',
  );
  expect(await at.versions('1', ['amount'])).toEqual(['03-20 23:59 5.00']);
  expect(await at.total({ metrics: ['openPipeline'], knownAt: '2026-03-21T12:00:00Z' })).toEqual({
    openPipeline: '13.00',
  });
});

test('REL-4: history shuffled, doubled, late and taken back makes one state, without overlap or gap', async () => {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const id = i % 6;
    const when = new Date(Date.UTC(2026, 0, 2 + Math.floor(i / 6) * 3, 8)).toISOString();
    return `h${String(i).padStart(2, '0')},${id},${when},${i % 5 === 4 ? 'Offer' : 'Qualify'},${i * 10}`;
  });
  const head = 'id,opportunity,at,stage,amount,deleted\n';
  const record = `id,stage,amount\n${[0, 1, 2, 3, 4, 5].map((id) => `${id},Offer,${(54 + id) * 10}`).join('\n')}`;
  const marked = (row: string) => `${row},${row.startsWith('h07') ? 'true' : 'false'}`;
  const shuffled = rows.toSorted((a, b) =>
    Number(
      (BigInt(a.length + Number(a.slice(1, 3)) * 7919) % 61n) -
        (BigInt(b.length + Number(b.slice(1, 3)) * 7919) % 61n),
    ),
  );
  const state = () =>
    at.sql(
      `select opportunity_id, valid_from::varchar as f, valid_to::varchar as t, stage, amount, is_deleted from opportunity_version where known_to = 'infinity' order by 1, 2`,
    );
  await at.put(
    {
      ...stage,
      'opportunity.csv': record,
      'opportunity_stage_history.csv': head + rows.map(marked).join('\n'),
    },
    seen,
  );
  const expected = await state();
  expect(expected.length).toBeGreaterThan(30);
  await at.remove();
  at = makeRules();
  // Half of it twice and in disorder, the rest a load later, the tombstone last.
  const half = shuffled.slice(0, 30).map((row) => `${row},false`);
  await at.put(
    {
      ...stage,
      'opportunity.csv': record,
      'opportunity_stage_history_2026-03-30.csv': head + [...half, ...half.toReversed()].join('\n'),
    },
    seen,
  );
  await at.put(
    { 'opportunity_stage_history_2026-03-31.csv': head + shuffled.map(marked).join('\n') },
    seen,
  );
  expect(await state()).toEqual(expected);
  expect(
    await at.sql(
      `select count(*)::integer as n from (select valid_to <> lead(valid_from) over (partition by opportunity_id order by valid_from) as broken from opportunity_version where known_to = 'infinity') where broken`,
    ),
  ).toEqual([{ n: 0 }]);
});

test('REL-5: an added column is kept and reported; a needed one that is missing or of another type stops at once', async () => {
  const config = sourceConfig({
    observedAt: '2026-03-31T12:00:00Z',
    inputs: { deals: { file: 'deals*.csv', extract: 'full' } },
    objects: {
      opportunity: { input: 'deals', columns: { id: 'id', stage: 'stage', amount: 'amount' } },
    },
  });
  const rows = (change: (i: number) => string) =>
    Array.from({ length: 60 }, (_, i) => change(i)).join('\n');
  await at.put({ 'deals.csv': `id,stage,amount\n${rows((i) => `${i},Offer,${i}`)}` }, config);
  const added = await at.put(
    { 'deals.csv': `id,stage,amount,Budget__c\n${rows((i) => `${i},Offer,${i + 1},b${i}`)}` },
    config,
  );
  expect(added.warnings).toContainEqual(
    expect.stringMatching(
      /source crm, object opportunity, input deals: new column "Budget__c".*kept as JSON/,
    ),
  );
  expect(
    await at.sql(
      `select (extra->>'Budget__c') as b from fact_opportunity where id = '7' and (extra->>'Budget__c') is not null`,
    ),
  ).toEqual([{ b: 'b7' }]);
  const before = (await at.warehouse.status()).snapshot;
  await expect(
    at.put({ 'deals.csv': `id,stage\n${rows((i) => `${i},Offer`)}` }, config),
  ).rejects.toThrow(/"amount" is mapped to column "amount", which is not there/);
  await expect(
    at.put({ 'deals.csv': `id,stage,amount\n${rows((i) => `${i},Offer,large ${i}`)}` }, config),
  ).rejects.toThrow(
    /object opportunity, input deals: 60 of 60 values of "amount" cannot be read: "large 0" is not a number/,
  );
  expect((await at.warehouse.status()).snapshot).toBe(before);
});
