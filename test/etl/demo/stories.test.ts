import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { playClones } from '#etl/demo/clones.ts';
import { type Company, foundCompany } from '#etl/demo/company.ts';
import { writeDemo } from '#etl/demo/index.ts';
import type { Opportunity, State } from '#etl/demo/life.ts';
import { newBusiness } from '#etl/demo/market.ts';
import { simulate } from '#etl/demo/simulate.ts';
import type { Stories } from '#etl/demo/stories.ts';
import { readExport, readTruth } from './exports.ts';

const week = 7 * 86_400_000;
let told: { company: Company; stories: Stories; lives: Opportunity[] }[];
let untold: Map<string, Opportunity>[];

beforeAll(() => {
  const seeds = [5, 6, 7];
  told = seeds.map((seed) => {
    const company = foundCompany({ seed, today: '2026-03-02', scale: 1, stories: true, week: 0 });
    return { company, stories: company.stories as Stories, lives: simulate(company) };
  });
  untold = seeds.map(
    (seed) =>
      new Map(
        simulate(
          foundCompany({ seed, today: '2026-03-02', scale: 1, stories: false, week: 0 }),
        ).map((o) => [o.key, o]),
      ),
  );
});

const created = (lives: Iterable<Opportunity>, region: string, from: number, to: number) =>
  [...lives].filter((o) => o.account.region === region && o.createdAt >= from && o.createdAt < to)
    .length;

test('nothing but the region of the story dries up, by two fifths from its week on', () => {
  for (const [i, { stories, lives, company }] of told.entries()) {
    const { region, from } = stories.inflow;
    const to = company.plan.cut;
    expect(Math.round((company.plan.firstToday - from) / week)).toBeGreaterThanOrEqual(20);
    expect(Math.round((company.plan.firstToday - from) / week)).toBeLessThanOrEqual(30);
    const ratio = created(lives, region, from, to) / created(untold[i]!.values(), region, from, to);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(0.7);
    const kept = new Set(lives.map((o) => o.key));
    for (const o of untold[i]!.values())
      if (o.pipeline === newBusiness && !kept.has(o.key))
        expect([o.account.region, o.createdAt >= from]).toEqual([region, true]);
  }
});

test('amounts of one industry shrink by a fifth', () => {
  for (const [i, { stories, lives }] of told.entries()) {
    const { industry, from } = stories.smaller;
    const whole = (o: Opportunity) => o.lines.reduce((sum, line) => sum + line.weight, 0);
    let [now, without] = [0, 0];
    for (const o of lives) {
      const other = untold[i]!.get(o.key);
      if (!other || o.pipeline !== newBusiness) continue;
      if (o.account.industry !== industry || o.createdAt < from)
        expect(whole(o)).toBe(whole(other));
      else [now, without] = [now + whole(o), without + whole(other)];
    }
    expect(now / without).toBeCloseTo(0.8, 1);
  }
});

/** Of those that left a stage in some stretch of time, the share that went on, and the weeks they had been there. */
function leaving(
  lives: Iterable<Opportunity>,
  suits: (o: Opportunity, stage: number, at: number) => boolean,
): { onward: number; weeks: number; n: number } {
  let [onward, weeks, n] = [0, 0, 0];
  for (const o of lives) {
    let [stage, since]: [State['stage'] | null, number] = [null, o.createdAt];
    for (const h of o.happenings) {
      if (h.changes.stage === undefined || h.changes.stage === stage) continue;
      if (typeof stage === 'number' && suits(o, stage, h.at)) {
        n++;
        weeks += (h.at - since) / week;
        if (
          h.changes.stage === 'won' ||
          (typeof h.changes.stage === 'number' && h.changes.stage > stage)
        )
          onward++;
      }
      [stage, since] = [h.changes.stage, h.at];
    }
  }
  return { onward: onward / n, weeks: weeks / n, n };
}

test('one stage of one industry lets half as many through', () => {
  for (const [i, { stories, lives }] of told.entries()) {
    const { stage, industry, from } = stories.conversion;
    const suits = (o: Opportunity, s: number, at: number) =>
      o.pipeline === newBusiness && s === stage && o.account.industry === industry && at >= from;
    const ratio = leaving(lives, suits).onward / leaving(untold[i]!.values(), suits).onward;
    expect(ratio).toBeGreaterThan(0.3);
    expect(ratio).toBeLessThan(0.7);
  }
});

test('one team needs three tenths longer', () => {
  const ratios = told.map(({ stories, lives }, i) => {
    const { team, from } = stories.slow;
    const suits = (o: Opportunity, _: number, at: number) =>
      o.seat.teamLater === team && o.createdAt >= from && at < from + 60 * week;
    return leaving(lives, suits).weeks / leaving(untold[i]!.values(), suits).weeks;
  });
  const mean = ratios.reduce((a, b) => a + b) / ratios.length;
  expect(mean).toBeGreaterThan(1.12);
  expect(mean).toBeLessThan(1.5);
});

test('one product wins twelve points more often', () => {
  const gains = told.map(({ stories, lives }, i) => {
    const rate = (list: Iterable<Opportunity>) => {
      const closed = [...list].filter(
        (o) =>
          o.pipeline === newBusiness && o.product === stories.winner.product && o.closedAt !== null,
      );
      return closed.filter((o) => o.wonEuro > 0).length / closed.length;
    };
    return rate(lives) - rate(untold[i]!.values());
  });
  expect(gains.reduce((a, b) => a + b) / gains.length).toBeCloseTo(0.12, 1);
});

test('one salesman types and calls a quarter more', () => {
  for (const { stories, lives } of told) {
    const typed: number[] = [];
    for (const o of lives)
      for (const h of o.happenings)
        if (
          o.pipeline === newBusiness &&
          h.by === stories.optimist.person.id &&
          h.changes.stage === 3 &&
          h.changes.probability !== undefined
        )
          typed.push(h.changes.probability);
    expect(typed.length).toBeGreaterThan(10);
    expect(new Set(typed)).toEqual(new Set([75]));
  }
});

test('clones are lost and made again with the same account, name and amount', () => {
  const first = told[0]!;
  const { lives, clones } = playClones(first.company, simulate(first.company));
  expect(clones).toHaveLength(10);
  const byId = new Map(lives.map((o) => [o.id, o]));
  for (const { lost, again, at } of clones) {
    const [old, young] = [byId.get(lost)!, byId.get(again)!];
    expect([young.name, young.account]).toEqual([old.name, old.account]);
    expect(young.createdAt - at).toBeLessThan(2 * 3_600_000);
    expect(old.happenings.at(-1)?.changes.stage).toBe('lost');
  }
});

describe('in the files', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'plumbline-stories-'));
  const [planted, plain] = [join(scratch, 'planted'), join(scratch, 'plain')];
  beforeAll(async () => {
    for (const [folder, stories] of [
      [planted, true],
      [plain, false],
    ] as const)
      await writeDemo({ folder, seed: 6, today: '2026-03-02', scale: 0.5, stories });
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  test('three disasters of data quality are there', () => {
    const [silent, monthEnds, noCurrency] = readTruth(planted).stories?.disasters ?? [];
    const rows = readExport(planted, 'Opportunity.csv');
    const lost = rows.filter((row) => row.CurrencyIsoCode === '');
    expect(lost.length).toBeGreaterThan(5);
    for (const row of lost)
      expect(
        (row.CreatedDate ?? '') >= (noCurrency?.from ?? '') &&
          (row.CreatedDate ?? '') < (noCurrency?.to ?? ''),
      ).toBe(true);
    const own = rows.filter((row) => row.OwnerId === silent?.id && row.CreatedById === silent?.id);
    expect(own.length).toBeGreaterThan(20);
    expect(own.filter((row) => row.NextStep)).toEqual([]);
    const team = readExport(planted, 'UserRole_2026-03-02.csv').find(
      (row) => row.Name === monthEnds?.team,
    )?.Id;
    const members = new Set(
      readExport(planted, 'User_2026-03-02.csv')
        .filter((row) => row.UserRoleId === team)
        .map((row) => row.Id),
    );
    const theirs = rows.filter(
      (row) =>
        members.has(row.OwnerId ?? '') &&
        members.has(row.CreatedById ?? '') &&
        row.IsClosed === 'false' &&
        row['RecordType.Name'] === 'New business' &&
        (row.CreatedDate ?? '') > (monthEnds?.from ?? ''),
    );
    const atEnd = theirs.filter(
      (row) => new Date(Date.parse(row.CloseDate ?? '') + 86_400_000).getUTCDate() === 1,
    );
    expect(theirs.length).toBeGreaterThan(5);
    expect(atEnd).toHaveLength(theirs.length);
  });

  test('the company without stories has none of them', () => {
    expect(readTruth(plain).stories).toBeNull();
    expect(
      readExport(plain, 'Opportunity.csv').filter((row) => row.CurrencyIsoCode === ''),
    ).toEqual([]);
    expect(readTruth(plain).quirks.broken.length).toBeGreaterThanOrEqual(15);
  });
});
