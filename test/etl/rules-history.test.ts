import { afterEach, beforeEach, expect, test } from 'vitest';
import { localViewer } from '#warehouse/access.ts';
import { makeRules, type Rules, stages } from './rules-harness.ts';

let at: Rules;
beforeEach(() => {
  at = makeRules();
});
afterEach(() => at.remove());

const stage = { 'stage.csv': stages };
const observedAt = '2026-03-31T12:00:00Z';
const owner = {
  objects: {
    opportunity_field_history: {
      fields: { Owner: 'salesman', Amount: 'amount', StageName: 'stage' },
    },
  },
};

test('ETL-10 field history goes over stage history over differences between extracts, each version with its evidence', async () => {
  await at.put(
    {
      ...stage,
      'opportunity_2026-03-10.csv':
        'id,stage,amount,createdAt,nextStep\n1,Offer,300,2026-03-01T08:00:00Z,Call',
      'opportunity_2026-03-20.csv':
        'id,stage,amount,createdAt,nextStep\n1,Offer,300,2026-03-01T08:00:00Z,Visit',
      'opportunity_stage_history.csv':
        'id,opportunity,at,stage,amount\nh1,1,2026-03-01T08:00:00Z,Qualify,100\nh2,1,2026-03-05T08:00:00Z,Offer,200',
      'opportunity_field_history.csv':
        'id,opportunity,at,field,oldValue,newValue\nf1,1,2026-03-05T08:00:00Z,Amount,100,300',
    },
    { observedAt, ...owner },
  );
  expect(await at.versions('1', ['stage', 'amount', 'next_step', 'evidence'])).toEqual([
    '03-01 08:00 Qualify 100.00 - tracked',
    '03-05 08:00 Offer 300.00 - tracked',
    '03-10 23:59 Offer 300.00 Call snapshot',
    '03-20 23:59 Offer 300.00 Visit snapshot',
  ]);
  const { events } = await at.life('1');
  expect(events.map(({ attribute, evidence }) => `${attribute} ${evidence}`)).toEqual([
    'opportunity tracked',
    'stage tracked',
    'amount tracked',
    'nextStep snapshot',
    'nextStep snapshot',
  ]);
  // A closed record without any history: its dates are all there is.
  await at.put(
    {
      'opportunity_2026-03-21.csv':
        'id,stage,amount,createdAt,closeDate\n2,Won,9,2026-03-02T08:00:00Z,2026-03-12',
    },
    { observedAt, ...owner },
  );
  expect((await at.versions('2', ['stage', 'evidence'])).at(1)).toBe('03-12 00:00 Won inferred');
});

test('ETL-11 the last version is the current record, whatever the history says', async () => {
  await at.put(
    {
      ...stage,
      'opportunity.csv':
        'id,stage,amount,closeDate,createdAt\n1,Won,150,2026-03-20,2026-03-01T08:00:00Z\n2,Offer,,,2026-03-01T08:00:00Z',
      'opportunity_stage_history.csv': `
        id,opportunity,at,stage,amount,closeDate
        h1,1,2026-03-01T08:00:00Z,Qualify,100,2026-03-31
        h2,1,2026-03-05T08:00:00Z,Offer,120,2026-03-31
        h3,2,2026-03-05T08:00:00Z,Offer,7,2026-04-30`,
    },
    { observedAt },
  );
  const last = await at.sql(
    `select opportunity_id as id, stage, amount::varchar as amount, close_on::varchar as day, evidence from opportunity_version where known_to = 'infinity' and valid_to = 'infinity' order by 1`,
  );
  expect(last).toEqual([
    { id: '1', stage: 'Won', amount: '150.00', day: '2026-03-20', evidence: 'snapshot' },
    { id: '2', stage: 'Offer', amount: null, day: null, evidence: 'snapshot' },
  ]);
});

test('ETL-12 changes of one second are one version; between them ids decide, not the order of lines', async () => {
  const rows = [
    'h1,1,2026-03-01T08:00:00Z,Qualify,100',
    'h2,1,2026-03-05T08:00:00.100Z,Offer,200',
    'h3,1,2026-03-05T08:00:00.200Z,Offer,250',
    'h10,1,2026-03-05T08:00:00.000Z,Offer,300',
  ];
  const load = async (lines: string[]) => {
    const rules = makeRules();
    try {
      await rules.put(
        {
          ...stage,
          'opportunity.csv': 'id,stage,amount\n1,Offer,300',
          'opportunity_stage_history.csv': `id,opportunity,at,stage,amount\n${lines.join('\n')}`,
          'opportunity_field_history.csv':
            'id,opportunity,at,field,oldValue,newValue\nf1,1,2026-03-05T08:00:00Z,Owner,ana,ben',
        },
        { observedAt, ...owner },
      );
      return await rules.versions('1', ['stage', 'amount', 'salesman_id']);
    } finally {
      await rules.remove();
    }
  };
  const expected = ['03-01 08:00 Qualify 100.00 -', '03-05 08:00 Offer 300.00 ben'];
  expect(await load(rows)).toEqual(expected);
  expect(await load(rows.toReversed())).toEqual(expected);
  expect(await load([rows[3], rows[0], rows[2], rows[1]] as string[])).toEqual(expected);
});

test('ETL-13 what was never tracked is unknown before it was first seen, not what it is today', async () => {
  await at.put(
    {
      ...stage,
      'account.csv': 'id,name\nacme,Acme',
      'opportunity.csv':
        'id,stage,amount,closeDate,createdAt,salesman,account,nextStep,leadSource,type,category\n1,Offer,100,2026-05-01,2026-01-10T08:00:00Z,ana,acme,Call,Web,New,Commit',
      'user.csv': 'id,name\nana,Ana',
    },
    { observedAt },
  );
  const [before, after] = await at.sql(
    `select stage, amount, close_on, salesman, account, next_step, lead_source, type, category, "unknown" from opportunity_version where known_to = 'infinity' order by valid_from`,
  );
  const { unknown, ...values } = before ?? {};
  expect(Object.values(values).filter((value) => value !== null)).toEqual([]);
  expect(unknown).toBe('stage,amount,closeDate,salesman,account,nextStep,leadSource,type,category');
  expect(after).toMatchObject({ stage: 'Offer', salesman: 'Ana', account: 'Acme', unknown: '' });
  // Asked about a day before, it counts, without a salesman and without money.
  const then = { asOf: '2026-02-01' };
  expect(
    await at.ask({ metrics: ['openCount', 'openPipeline'], by: ['salesman'], ...then }),
  ).toEqual([{ salesman: null, openCount: 1, openPipeline: '0.00' }]);
  expect(await at.ask({ metrics: ['openCount'], by: ['salesman'] })).toEqual([
    { salesman: 'Ana', openCount: 1 },
  ]);
});

test('ETL-14 owner history comes from field history, else from extracts, and says since when it is known', async () => {
  await at.put(
    {
      ...stage,
      'user.csv': 'id,name\nana,Ana\nben,Ben',
      'opportunity_2026-03-10.csv':
        'id,stage,createdAt,salesman\n1,Offer,2026-01-10T08:00:00Z,ben\n2,Offer,2026-01-10T08:00:00Z,ana\n3,Offer,2026-03-01T08:00:00Z,ana',
      'opportunity_2026-03-20.csv':
        'id,stage,createdAt,salesman\n1,Offer,2026-01-10T08:00:00Z,ben\n2,Offer,2026-01-10T08:00:00Z,ben\n3,Offer,2026-03-01T08:00:00Z,ana',
      // The lookup's change comes as ids and as names.
      'opportunity_field_history.csv': `
        id,opportunity,at,field,oldValue,newValue
        f0,9,2026-02-01T08:00:00Z,Owner,ana,ben
        f1,1,2026-03-05T08:00:00Z,Owner,Ana,Ben
        f2,1,2026-03-05T08:00:00Z,Owner,ana,ben`,
    },
    { observedAt, ...owner },
  );
  const told = async (id: string) =>
    (await at.versions(id, ['salesman', 'evidence', '"unknown"'])).map((line) =>
      line
        .replace(/(amount|closeDate|account|nextStep|leadSource|type|category|stage),?/g, '')
        .replace(/,$/, ''),
    );
  // Tracking began on 1 February: before, nobody knows; between, the old value of the first change.
  expect(await told('1')).toEqual([
    '01-10 08:00 - declared salesman',
    '02-01 08:00 Ana tracked ',
    '03-05 08:00 Ben tracked ',
    '03-10 23:59 Ben snapshot ',
  ]);
  // Tracked, but without a change of its own: as first seen since tracking began, then as each extract has it.
  expect(await told('2')).toEqual([
    '01-10 08:00 - declared salesman',
    '02-01 08:00 Ana tracked ',
    '03-10 23:59 Ana snapshot ',
    '03-20 23:59 Ben snapshot ',
  ]);
  expect((await told('3'))[0]).toBe('03-01 08:00 Ana tracked ');
});

test('ETL-15 the stage dictionary has versions, and stages renamed or merged are mapped from the day decided', async () => {
  const dictionary = (offer: number, more = '') =>
    `label,order,class,probability\nQualify,1,open,20\nPresentation,2,open,${offer}\nWon,8,won,100\nLost,9,lost,0${more}`;
  const options = {
    observedAt,
    full: ['stage' as const],
    stageRenames: [
      { from: 'Demo', to: 'Show', effectiveFrom: '2026-02-01', decidedBy: 'sales operations' },
      {
        from: 'Show',
        to: 'Presentation',
        effectiveFrom: '2026-03-01',
        decidedBy: 'sales operations',
      },
      { from: 'Pitch', to: 'Presentation' },
      { from: 'Pitch', to: 'Qualify', pipeline: 'Renewal' },
    ],
  };
  await at.put(
    {
      'stage_2026-03-10.csv': dictionary(50, '\nParked,3,open,5'),
      'stage_2026-03-20.csv': dictionary(60),
      'opportunity.csv':
        'id,stage,pipeline,amount\n1,Presentation,,100\n2,Qualify,Renewal,10\n3,Demo,,1',
      'opportunity_stage_history.csv': `
        id,opportunity,at,stage,amount
        h1,1,2026-01-10T08:00:00Z,Demo,100
        h2,1,2026-02-10T08:00:00Z,Show,100
        h3,1,2026-02-20T08:00:00Z,Pitch,100
        h4,3,2026-02-10T08:00:00Z,Demo,1`,
    },
    { ...options, objects: { opportunity: { carryBack: ['pipeline'] } } },
  );
  expect(await at.versions('1', ['stage', 'stage_raw'])).toEqual([
    '01-10 08:00 Presentation Demo',
    '02-10 08:00 Presentation Show',
    '02-20 08:00 Presentation Pitch',
    '03-31 12:00 Presentation Presentation',
  ]);
  // After the day of its renaming the old name is a stage of its own, named on the data page.
  expect((await at.versions('3', ['stage']))[0]).toBe('02-10 08:00 Demo');
  expect(
    (await at.warehouse.checks(localViewer)).find((c) => c.check === 'stage_unlisted'),
  ).toMatchObject({
    failing: 1,
    example: 'Demo',
  });
  expect(
    await at.sql(
      `select label, probability::varchar as p, active, strftime(valid_from, '%m-%d') as "from" from stage_version where label in ('Presentation', 'Parked') and known_to = 'infinity' order by 1, valid_from`,
    ),
  ).toEqual([
    { label: 'Parked', p: '0.050000', active: true, from: expect.anything() },
    { label: 'Parked', p: '0.050000', active: false, from: '03-20' },
    { label: 'Presentation', p: '0.500000', active: true, from: expect.anything() },
    { label: 'Presentation', p: '0.600000', active: true, from: '03-20' },
  ]);
  expect(await at.sql(`select value from setting where name = 'stageRenames'`)).toEqual([
    { value: expect.stringContaining('"decidedBy":"sales operations"') },
  ]);
});

test('ETL-15 a stage named differently in one pipeline is mapped there only', async () => {
  await at.put(
    { ...stage, 'opportunity.csv': 'id,stage,pipeline\n1,Pitch,Renewal\n2,Pitch,New' },
    {
      observedAt,
      stageRenames: [
        { from: 'Pitch', to: 'Offer' },
        { from: 'Pitch', to: 'Qualify', pipeline: 'Renewal' },
      ],
    },
  );
  const shown = await at.sql('select opportunity_id as id, stage from opportunity order by 1');
  expect(shown).toEqual([
    { id: '1', stage: 'Qualify' },
    { id: '2', stage: 'Offer' },
  ]);
});

test('ETL-16 the hierarchy has versions; a circle stops the publishing and leaves what is served', async () => {
  const roles = 'id,name,parent\ntop,Sales,top\nnorth,North,top\nsouth,South,top';
  const files = {
    ...stage,
    'opportunity_2026-01-05.csv': 'id,stage,amount,salesman\n1,Offer,100,ana',
    'role_2026-01-01.csv': roles,
    'user_2026-01-01.csv': 'id,name,role,manager\nana,Ana,north,boss\nboss,Boss,top,boss',
    'user_2026-02-01.csv': 'id,name,role,manager\nana,Ana,south,boss\nboss,Boss,top,boss',
  };
  await at.put(files, { observedAt });
  const by = (asOf: string) => at.ask({ metrics: ['openPipeline'], by: ['team'], asOf });
  expect(await by('2026-01-20')).toEqual([{ team: 'North', openPipeline: '100.00' }]);
  expect(await by('2026-02-20')).toEqual([{ team: 'South', openPipeline: '100.00' }]);
  await expect(
    at.put({ 'role_2026-03-01.csv': 'id,name,parent\nnorth,North,south\nsouth,South,north' }),
  ).rejects.toThrow(/The hierarchy goes in a circle \(2; e.g. role north\)/);
  await expect(
    at.put({
      'role_2026-03-01.csv': roles,
      'user_2026-03-01.csv': 'id,name,role,manager\nana,Ana,south,boss\nboss,Boss,top,ana',
    }),
  ).rejects.toThrow(/The hierarchy goes in a circle \(\d; e.g. user (ana|boss)\)/);
  expect((await at.warehouse.status()).snapshot).toBe('S000001');
});

test('ETL-18 what was merged leaves the pipeline by merging, neither lost nor deleted', async () => {
  const head = 'id,stage,amount,createdAt,mergedInto';
  await at.put({
    ...stage,
    'opportunity_2026-03-01.csv': `${head}\n1,Offer,100,2026-01-01,\n2,Offer,50,2026-01-01,`,
  });
  await at.put({
    'opportunity_2026-03-10.csv': `${head}\n1,Offer,150,2026-01-01,\n2,Offer,50,2026-01-01,1`,
    'account_2026-03-10.csv': 'id,name,deleted,mergedInto\na,Acme,false,\nb,Acme Ltd,true,a',
  });
  expect(await at.total({ metrics: ['openPipeline', 'lostCount', 'wonCount'] })).toEqual({
    openPipeline: '150.00',
    lostCount: 0,
    wonCount: 0,
  });
  expect((await at.total({ metrics: ['openPipeline'], asOf: '2026-03-05' })).openPipeline).toBe(
    '150.00',
  );
  const life = await at.life('2');
  expect(life).toMatchObject({ mergedInto: '1', isDeleted: false, outcome: 'open' });
  expect(
    await at.sql(
      `select is_deleted, merged_into from account_version where account_id = 'b' and known_to = valid_to`,
    ),
  ).toEqual([{ is_deleted: true, merged_into: 'a' }]);
});

test('ETL-19 a close date that the source set by itself is told from a chosen one', async () => {
  const rows = [
    // Created in January with its last day, dragged to the end of March, then chosen.
    ['d', '2026-01-10T08:00:00Z', '2026-01-31'],
    ['d', '2026-02-10T08:00:00Z', '2026-03-31'],
    ['d', '2026-02-20T08:00:00Z', '2026-04-15'],
    ['d', '2026-02-25T08:00:00Z', '2026-04-30'],
    // Chosen from the first: another month's end, or a day.
    ['m', '2026-01-10T08:00:00Z', '2026-03-31'],
    ['n', '2026-01-10T08:00:00Z', '2026-01-30'],
    // 31 January 23:30 UTC is February in the reporting zone.
    ['z', '2026-01-31T23:30:00Z', '2026-02-28'],
    ['o', '2026-01-10T08:00:00Z', ''],
  ] as const;
  const now = { d: '2026-04-30', m: '2026-03-31', n: '2026-01-30', z: '2026-02-28', o: '' };
  await at.put(
    {
      ...stage,
      'opportunity.csv': `id,stage,closeDate\n${Object.entries(now)
        .map(([id, day]) => `${id},Offer,${day}`)
        .join('\n')}`,
      'opportunity_stage_history.csv': `id,opportunity,at,stage,closeDate\n${rows.map(([id, when, day], i) => `${i},${id},${when},Offer,${day}`).join('\n')}`,
    },
    { observedAt, zone: 'Europe/Ljubljana' },
  );
  const told = async (id: string) =>
    (await at.versions(id, ['close_on', 'date_quality'])).map((line) => line.slice(12));
  expect((await told('d')).slice(0, 4)).toEqual([
    '2026-01-31 default',
    '2026-03-31 default',
    '2026-04-15 typed',
    '2026-04-30 typed',
  ]);
  expect((await told('m'))[0]).toBe('2026-03-31 typed');
  expect((await told('n'))[0]).toBe('2026-01-30 typed');
  expect((await told('z'))[0]).toBe('2026-02-28 default');
  expect((await told('o'))[0]).toBe('- -');
  const found = (await at.warehouse.checks(localViewer)).find(
    ({ check }) => check === 'close_date_default',
  );
  expect(found).toMatchObject({ severity: 'warn', failing: 1, example: 'z' });
});

test('ETL-20 back-filled opportunities count, and are named: closed on the day created, or before', async () => {
  await at.put(
    {
      ...stage,
      'opportunity.csv': `
        id,stage,amount,closeDate,createdAt,closedAt,isClosed
        same,Won,10,2026-03-10,2026-03-10T08:00:00Z,2026-03-10T15:00:00Z,true
        before,Won,20,2026-03-01,2026-03-12T08:00:00Z,2026-03-01T15:00:00Z,true
        dated,Lost,30,2026-03-02,2026-03-12T08:00:00Z,,true
        fine,Won,40,2026-03-20,2026-03-01T08:00:00Z,2026-03-20T15:00:00Z,true`,
    },
    { observedAt },
  );
  expect(
    await at.total({ metrics: ['wonValue', 'wonCount', 'lostCount', 'daysToClose'] }),
  ).toMatchObject({
    wonValue: '70.00',
    wonCount: 3,
    lostCount: 1,
    daysToClose: 0,
  });
  const days = await at.sql<{ id: string; n: number }>(
    'select opportunity_id as id, date_diff($$day$$, created_at, closed_at)::integer as n from closing order by 1',
  );
  expect(days.every(({ n }) => n >= 0)).toBe(true);
  const found = await at.warehouse.checks(localViewer);
  const failing = (name: string) => found.find(({ check }) => check === name)?.failing;
  expect([failing('closed_before_created'), failing('closed_at_once')]).toEqual([2, 3]);
});

test('ETL-24 every version says when it became known: at its load', async () => {
  const first = '2026-03-02T06:00:00.000Z';
  const second = '2026-03-12T06:00:00.000Z';
  await at.put(
    {
      ...stage,
      'opportunity_2026-03-01.csv': 'id,stage,amount,salesman,account,product\n1,Offer,100,ana,a,p',
      'user_2026-03-01.csv': 'id,name\nana,Ana',
      'account_2026-03-01.csv': 'id,name,industry\na,Acme,Steel',
      'product.csv': 'id,name\np,Pump',
      'quota_2026-03-01.csv': 'salesman,start,amount\nana,2026-03-01,10',
      'rate_2026-03-01.csv': 'currency,rate,startsOn\nUSD,1.25,2026-01-01',
    },
    { observedAt },
    first,
  );
  await at.put(
    {
      'opportunity_2026-03-10.csv': 'id,stage,amount,salesman,account,product\n1,Won,90,ana,a,p',
      'account_2026-03-10.csv': 'id,name,industry\na,Acme,Paper',
      'rate_2026-03-10.csv': 'currency,rate,startsOn\nUSD,1.60,2026-01-01',
    },
    { observedAt },
    second,
  );
  const tables = ['opportunity', 'user', 'account', 'stage', 'line', 'quota', 'rate'];
  for (const table of tables) {
    const known = await at.sql<{ from: string; to: string | null }>(
      `select distinct strftime(known_from, '%Y-%m-%dT%H:%M:%S.%gZ') as "from", case when isfinite(known_to) then strftime(known_to, '%Y-%m-%dT%H:%M:%S.%gZ') end as "to" from ${table}_version`,
    );
    expect(known.length, table).toBeGreaterThan(0);
    for (const { from, to } of known) {
      expect([first, second]).toContain(from);
      expect([second, null]).toContain(to);
    }
  }
  const then = { knownAt: '2026-03-05T00:00:00Z' };
  expect(await at.total({ metrics: ['openPipeline'], ...then })).toEqual({
    openPipeline: '100.00',
  });
  expect(await at.total({ metrics: ['openPipeline'] })).toEqual({ openPipeline: '0.00' });
});
