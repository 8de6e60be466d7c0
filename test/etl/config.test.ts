import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseConfig, readConfig } from '#etl/config.ts';
import { localViewer } from '#warehouse/access.ts';
import { findCurrent } from '#warehouse/snapshot.ts';
import { countOf, makeRules, type Rules, sourceConfig, stages } from './rules-harness.ts';

const source = (more: object = {}) => ({
  name: 'crm',
  inputs: { deals: { file: 'd.csv' } },
  ...more,
});
const deals = (more: object) => source({ objects: { opportunity: { input: 'deals', ...more } } });
const needed = { id: 'id', stage: 'stage' };

describe('a mistake in the config is told with file, key, value and what is allowed', () => {
  const wrong: [name: string, config: object, words: RegExp][] = [
    [
      'an unknown key',
      { sources: [source()], curency: 'EUR' },
      /my\.json:\n {2}curency: no such key; nearest: currency; allowed: \$schema, company, zone, currency/,
    ],
    [
      'an unknown key inside',
      { sources: [source({ obserwedAt: 'x' })] },
      / {2}sources\.0\.obserwedAt: no such key; nearest: observedAt; allowed: name, connector, folder/,
    ],
    [
      'an unknown key of an input',
      { sources: [source({ inputs: { d: { file: 'x', delimeter: ';' } } })] },
      /sources\.0\.inputs\.d\.delimeter: no such key; nearest: delimiter/,
    ],
    [
      'an unknown key of a column',
      { sources: [deals({ columns: { ...needed, amount: { column: 'a', decimals: ',' } } })] },
      /sources\.0\.objects\.opportunity\.columns\.amount\.decimals: no such key; nearest: decimal; allowed: column, date, decimal/,
    ],
    [
      'an unknown object',
      { sources: [source({ objects: { oportunity: {} } })] },
      /sources\.0\.objects\.oportunity: no such key; nearest: opportunity; allowed: role, user/,
    ],
    [
      'an unknown preset',
      { sources: [source({ preset: 'salesfroce' })] },
      /sources\.0\.preset: "salesfroce" .*"salesforce"/,
    ],
    [
      'an unknown connector',
      { sources: [source({ connector: 'ftp' })] },
      /sources\.0\.connector: "ftp" .*"files"/,
    ],
    [
      'a wrong zone',
      { sources: [source()], zone: 'Europe/Lubljana' },
      /zone: "Europe\/Lubljana" is not an IANA time zone such as Europe\/Ljubljana/,
    ],
    [
      'a wrong zone of a column',
      { sources: [deals({ columns: { ...needed, createdAt: { column: 'c', zone: 'CEST+1' } } })] },
      /columns\.createdAt\.zone: "CEST\+1" is not an IANA time zone/,
    ],
    [
      'a wrong extract',
      { sources: [source({ inputs: { d: { file: 'x', extract: 'all' } } })] },
      /inputs\.d\.extract: "all" .*"full"\|"delta"/,
    ],
    [
      'a wrong scale',
      { sources: [deals({ columns: { ...needed, probability: { column: 'p', scale: 10 } } })] },
      /columns\.probability\.scale: 10 /,
    ],
    [
      'a wrong decimal mark',
      { sources: [deals({ columns: { ...needed, amount: { column: 'p', decimal: ';' } } })] },
      /columns\.amount\.decimal: ";" .*"\."\|","/,
    ],
    ['a wrong type', { sources: [source()], fiscalYearStart: 13 }, /fiscalYearStart: 13 /],
    [
      'a wrong instant',
      { sources: [source({ observedAt: '2026-03-01' })] },
      /sources\.0\.observedAt: "2026-03-01" /,
    ],
    ['no sources', {}, /sources: missing; /],
    [
      'an unknown CRM column',
      { sources: [deals({ columns: { ...needed, ammount: 'a' } })] },
      /objects\.opportunity\.columns\.ammount: no such CRM column; nearest: amount; allowed: id, name, account/,
    ],
    [
      'an unknown column by name',
      { sources: [deals({ columns: needed, by: { owner: 'name' } })] },
      /objects\.opportunity\.by\.owner: no such CRM column/,
    ],
    [
      'an unknown column carried back',
      { sources: [deals({ columns: needed, carryBack: ['owner'] })] },
      /carryBack: "owner" is no CRM column; nearest/,
    ],
    [
      'an unknown tracked column',
      {
        sources: [
          source({
            objects: { opportunity_field_history: { input: 'deals', fields: { Owner: 'owner' } } },
          }),
        ],
      },
      /"owner" is no column of an opportunity/,
    ],
    [
      'an unknown input',
      { sources: [source({ objects: { opportunity: { input: 'deal', columns: needed } } })] },
      /objects\.opportunity\.input: no such input "deal"; nearest: deals; allowed: deals/,
    ],
    [
      'neither input nor sql',
      { sources: [source({ objects: { opportunity: { columns: needed } } })] },
      /objects\.opportunity: give "input"/,
    ],
    ['two sources of one name', { sources: [source(), source()] }, /two sources are called "crm"/],
    [
      'an unknown masked column',
      { sources: [source()], mask: ['contact.mail'] },
      /mask\.0: "contact\.mail" is no column that can be left out; nearest: contact\.(email|name)/,
    ],
    ['a needed masked column', { sources: [source()], mask: ['opportunity.stage'] }, /mask\.0/],
    [
      'a stage renamed twice',
      {
        sources: [source()],
        stageRenames: [
          { from: 'A', to: 'B' },
          { from: 'A', to: 'C' },
        ],
      },
      /stageRenames\.1\.from: "A" is renamed twice/,
    ],
  ];
  test.each(wrong)('%s', (_, config, words) => {
    expect(() => parseConfig(config, '/etc/my.json')).toThrow(words);
    expect(() => parseConfig(config, '/etc/my.json')).toThrow(
      expect.objectContaining({ code: 'bad-config' }),
    );
  });

  test('a file that is no JSON, and --files with several sources', () => {
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-config-'));
    try {
      const file = join(folder, 'c.json');
      writeFileSync(file, '{ "sources": [');
      expect(() => readConfig(file)).toThrow(/c\.json cannot be read as JSON/);
      expect(() => readConfig(join(folder, 'none.json'))).toThrow(
        /none\.json cannot be read.*ENOENT/,
      );
      writeFileSync(file, JSON.stringify({ sources: [source(), { ...source(), name: 'b' }] }));
      expect(() => readConfig(file, folder)).toThrow(/fits a config with one source; .* has 2/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a mapping is checked against the columns that are there, before anything is changed', () => {
  let at: Rules;
  beforeEach(async () => {
    at = makeRules();
    await at.put({ 'd.csv': 'id,stage,amount\n1,Offer,1' }, config({}));
  });
  afterEach(() => at.remove());

  const config = (columns: object, more: object = {}) =>
    sourceConfig({
      ...deals({ columns: { ...needed, ...columns }, ...more }),
      observedAt: '2026-03-01T12:00:00Z',
    });
  const wrong: [name: string, columns: object, file: string, words: RegExp][] = [
    [
      'a column that is not there',
      { amount: 'Amout' },
      'id,stage,Amount\n1,Won,9',
      /source crm, object opportunity, input deals: "amount" is mapped to column "Amout", which is not there. Nearest: "Amount"; the source has: id, stage, Amount/,
    ],
    [
      'a needed column that is not there',
      {},
      'id,Phase\n1,Won',
      /"stage" is mapped to column "stage", which is not there/,
    ],
    [
      'two columns mapped to one',
      { amount: 'amount', currency: 'word', nextStep: 'word' },
      'id,stage,amount,word\n1,Won,9,x',
      /"currency" and "nextStep" are both mapped to column "word"/,
    ],
  ];
  test.each(wrong)('%s', async (_, columns, file, words) => {
    const before = findCurrent(at.dataDir);
    await expect(at.put({ 'd.csv': file }, config(columns))).rejects.toThrow(words);
    expect(findCurrent(at.dataDir)).toEqual(before);
    expect(await at.total({ metrics: ['openCount', 'wonCount'] })).toEqual({
      openCount: 1,
      wonCount: 0,
    });
    await at.put({ 'd.csv': 'id,stage,amount\n1,Offer,2' }, config({ amount: 'amount' }));
    expect((await at.total({ metrics: ['openPipeline'] })).openPipeline).toBe('2.00');
  });

  test('values, keys by name, dates, decimals, scales, zones and constants are read as declared', async () => {
    const text = [
      '\ufeffDeal;Phase;Betrag;Erwartet;Chance;Angelegt;Wer;Closed;Rest',
      'A-1;Qual.;1.234,50;31.03.2026;20;01.02.2026 09:30;Ana;nein;"a;b"',
      'A-2;Angebot;12 345,6 €;15.04.2026;50 %;01.08.2026 09:30;Ben;nein;',
    ].join('\n');
    const how = {
      id: 'Deal',
      name: 'Deal',
      stage: { column: 'Phase', values: { 'Qual.': 'Qualify', Angebot: 'Offer' } },
      amount: { column: 'Betrag', decimal: ',' },
      closeDate: { column: 'Erwartet', date: '%d.%m.%Y' },
      probability: { column: 'Chance', scale: 100 },
      createdAt: { column: 'Angelegt', date: '%d.%m.%Y %H:%M', zone: 'Europe/Berlin' },
      salesman: 'Wer',
      isClosed: { column: 'Closed', values: { ja: 'true', nein: 'false' } },
      currency: { value: 'EUR' },
      nextStep: { column: 'Next', optional: true },
    };
    const people = {
      user: {
        input: 'people',
        by: { id: 'name' },
        columns: { id: 'who', name: { column: 'who' } },
      },
    };
    await at.put(
      { 'd.csv': text, 'p.csv': 'who\nAna\nBen' },
      sourceConfig({
        observedAt: '2026-09-01T12:00:00Z',
        inputs: { deals: { file: 'd.csv' }, people: { file: 'p.csv' } },
        objects: {
          ...people,
          opportunity: { input: 'deals', by: { salesman: 'name' }, columns: how },
        },
      }),
    );
    expect(
      await at.sql(
        `select id, stage, amount::varchar as amount, close_date::varchar as day, probability::varchar as p, strftime(created_at, '%m-%d %H:%M') as "at", salesman, is_closed, currency, extra::varchar as extra from fact_opportunity where id like 'A%' order by id`,
      ),
    ).toEqual([
      {
        id: 'A-1',
        stage: 'Qualify',
        amount: '1234.50',
        day: '2026-03-31',
        p: '0.200000',
        at: '02-01 08:30',
        salesman: 'Ana',
        is_closed: false,
        currency: 'EUR',
        extra: '{"Rest":"a;b"}',
      },
      {
        id: 'A-2',
        stage: 'Offer',
        amount: '12345.60',
        day: '2026-04-15',
        p: '0.500000',
        at: '08-01 07:30',
        salesman: 'Ben',
        is_closed: false,
        currency: 'EUR',
        extra: '{"Rest":null}',
      },
    ]);
    expect(
      await at.ask({ metrics: ['openPipeline'], by: ['salesman'], where: { salesman: ['Ben'] } }),
    ).toEqual([{ salesman: 'Ben', openPipeline: '12345.60' }]);
  });
});

describe('files are found by pattern and read in each format', () => {
  let at: Rules;
  beforeEach(() => {
    at = makeRules();
  });
  afterEach(() => at.remove());
  const write = (name: string, content: string | Buffer) =>
    writeFileSync(join(at.exports, name), content);
  const load = (file: string, more: object = {}) =>
    at.put(
      { 'stage.csv': stages },
      sourceConfig({
        observedAt: '2026-03-01T12:00:00Z',
        inputs: { deals: { file }, stages: { file: 'stage.csv' }, ...more },
        objects: {
          stage: { input: 'stages', columns: { label: 'label', order: 'order', class: 'class' } },
          opportunity: {
            input: 'deals',
            columns: { id: 'id', stage: 'stage', amount: { column: 'amount', optional: true } },
          },
        },
      }),
    );
  const kept = async () =>
    (
      await at.sql<{ told: string }>(
        `select id || ' ' || stage || ' ' || coalesce(amount::varchar, '-') as told from fact_opportunity order by id`,
      )
    ).map(({ told }) => told);

  test('several files by a pattern, some of them packed, columns united', async () => {
    write('deals_a.csv', 'id,stage,amount\n1,Offer,1.50\n');
    write('deals_b.csv.gz', gzipSync('id;stage\n2;Won\n'));
    write('deals_c.jsonl', '{"id":3,"stage":"Lost","amount":"2.25","tags":["x"]}\n');
    write('other.csv', 'id,stage\n9,Offer\n');
    const result = await load('deals_{a,b,c}.*');
    expect(countOf(result, 'opportunity')).toMatchObject({ rowsIn: 3, loaded: 3 });
    expect(await kept()).toEqual(['1 Offer 1.50', '2 Won -', '3 Lost 2.25']);
  });

  test('parquet', async () => {
    await duck(
      `copy (select 1::ubigint as id, 'Offer' as stage, 1.5::decimal(9,2) as amount, [1, 2] as tags union all select 18446744073709551615::ubigint, 'Won', 2, null) to '${join(at.exports, 'd.parquet')}' (format parquet)`,
    );
    await load('d.parquet');
    expect(await kept()).toEqual(['1 Offer 1.50', '18446744073709551615 Won 2.00']);
    expect(
      await at.sql(`select extra::varchar as extra from fact_opportunity where id = '1'`),
    ).toEqual([{ extra: '{"tags":"[1, 2]"}' }]);
  });

  test('ids that a tool keeps as floats in parquet are whole numbers', async () => {
    await duck(
      `copy (select 12345::double as id, 'Offer' as stage, 0.1::double + 0.2::double as amount) to '${join(at.exports, 'd.parquet')}' (format parquet)`,
    );
    await load('d.parquet');
    expect(await kept()).toEqual(['12345 Offer 0.30']);
    await duck(
      `copy (select 18446744073709551615::double as id, 'Offer' as stage) to '${join(at.exports, 'd.parquet')}' (format parquet)`,
    );
    await expect(load('d.parquet')).rejects.toThrow(
      /column "id" is a float and holds .*, which no float keeps exactly/,
    );
  });

  test('parquet and JSON lines with more than 500 columns are refused like CSV', async () => {
    const names = Array.from({ length: 501 }, (_, i) => `c${i}`);
    write('d.jsonl', `${JSON.stringify(Object.fromEntries(names.map((name) => [name, 1])))}\n`);
    await expect(load('d.jsonl')).rejects.toThrow(/d\.jsonl has 501 columns; at most 500 are read/);
    await duck(
      `copy (select ${names.map((name) => `1 as ${name}`).join(', ')}) to '${join(at.exports, 'd.parquet')}' (format parquet)`,
    );
    await expect(load('d.parquet')).rejects.toThrow(/d\.parquet has 501 columns/);
  });

  test('a needed input that is not there, and a folder that is not there', async () => {
    await expect(load('none_*.csv')).rejects.toThrow(
      /source crm, input deals: no file none_\*\.csv in /,
    );
    const config = sourceConfig({ folder: '/nowhere', inputs: { deals: { file: 'd.csv' } } });
    config.sources[0] = { ...config.sources[0], folder: '/nowhere' } as (typeof config.sources)[0];
    const { runJob } = await import('#etl/job.ts');
    await expect(runJob({ config, dataDir: at.dataDir })).rejects.toThrow(
      /the folder \/nowhere does not exist/,
    );
  });

  test('a select over landed files joins them; its quarantined rows keep their place', async () => {
    await at.put(
      {
        'stage.csv': stages,
        'deals.csv': 'id,stage,product\n1,Offer,p\n2,Offer,q\n3,Offer,p',
        'prices.csv': 'product,price\np,10.50\nq,x',
      },
      sourceConfig({
        observedAt: '2026-03-01T12:00:00Z',
        inputs: { deals: { file: 'deals.csv' }, prices: { file: 'prices.csv' } },
        objects: {
          opportunity: {
            sql: 'select d._file, d._line, d._raw, d._observed_at, id, stage, price from deals d left join prices using (product)',
            columns: { id: 'id', stage: 'stage', amount: 'price' },
          },
        },
      }),
    );
    expect(await kept()).toEqual(['1 Offer 10.50', '3 Offer 10.50']);
    const { rows } = await at.warehouse.quarantine(localViewer, { limit: 5 });
    expect(rows).toEqual([
      expect.objectContaining({
        file: 'deals.csv',
        line: 3,
        column: 'price',
        value: 'x',
        raw: '2,Offer,q',
      }),
    ]);
  });
});

/** Runs one statement in a database of its own. */
async function duck(sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  await db.run(sql);
  db.closeSync();
  instance.closeSync();
}
