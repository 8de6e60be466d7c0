import { Temporal } from 'temporal-polyfill';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeRules, type Rules, stages } from './rules-harness.ts';

let at: Rules;
beforeEach(() => {
  at = makeRules();
});
afterEach(() => at.remove());

const zones: [zone: string, changes: string[]][] = [
  ['Europe/Ljubljana', ['2025-03-30', '2025-10-26']],
  ['America/New_York', ['2025-03-09', '2025-11-02']],
  ['Pacific/Auckland', ['2025-04-06', '2025-09-28']],
  ['Asia/Kolkata', ['2025-03-31', '2025-10-31']],
];

describe.each(zones)('REL-10 in %s', (zone, changes) => {
  test('money is exact to the cent over clock changes, and months sum to the total', async () => {
    // A closing every half hour around both changes of the clock and the ends of their months.
    const days = changes.flatMap((day) => [day, `${day.slice(0, 8)}01`]);
    const closings = days.flatMap((day) => {
      const start = Temporal.PlainDate.from(day).toZonedDateTime('UTC').epochMilliseconds;
      return Array.from({ length: 48 * 3 }, (_, i) => start - 86_400_000 + i * 1_800_000);
    });
    const deals = closings.map((closed, i) => ({
      id: `d${i}`,
      closed: new Date(closed).toISOString(),
      cents: 1 + ((i * 7919) % 1_000_003),
      won: i % 3 > 0,
    }));
    const money = (cents: number) =>
      `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
    await at.put(
      {
        'stage.csv': stages,
        'opportunity.csv': `id,stage,amount,createdAt\n${deals.map((d) => `${d.id},${d.won ? 'Won' : 'Lost'},${money(d.cents)},2025-01-01T00:00:00Z`).join('\n')}`,
        'opportunity_stage_history.csv': `id,opportunity,at,stage,amount\n${deals.map((d) => `h${d.id},${d.id},${d.closed},${d.won ? 'Won' : 'Lost'},${money(d.cents)}`).join('\n')}`,
      },
      { zone, observedAt: '2025-12-31T12:00:00Z' },
    );
    // The sums as an independent calendar has them.
    const expected = new Map<string, number>();
    for (const { closed, cents, won } of deals) {
      const month = Temporal.Instant.from(closed)
        .toZonedDateTimeISO(zone)
        .toPlainDate()
        .toString()
        .slice(0, 7);
      expected.set(month, (expected.get(month) ?? 0) + (won ? cents : 0));
    }
    const rows = await at.ask({ metrics: ['wonValue'], by: ['closeMonth'] });
    expect(Object.fromEntries(rows.map((row) => [row.closeMonth, row.wonValue]))).toEqual(
      Object.fromEntries([...expected].map(([month, cents]) => [month, money(cents)])),
    );
    const total = [...expected.values()].reduce((sum, cents) => sum + cents, 0);
    const whole = { metrics: ['wonValue' as const] };
    expect((await at.total(whole)).wonValue).toBe(money(total));
    for (const day of days) {
      const sum = deals
        .filter(
          ({ closed, won }) =>
            won &&
            Temporal.Instant.from(closed).toZonedDateTimeISO(zone).toPlainDate().toString() === day,
        )
        .reduce((all, { cents }) => all + cents, 0);
      expect((await at.total({ ...whole, period: `${day}..${day}` })).wonValue, day).toBe(
        money(sum),
      );
    }
    // As of the end of a day: what had closed by then.
    const day = days[0] as string;
    const end = Temporal.PlainDate.from(day)
      .add({ days: 1 })
      .toZonedDateTime(zone).epochMilliseconds;
    const until = deals.filter(({ closed, won }) => won && Date.parse(closed) < end);
    expect((await at.total({ ...whole, asOf: day })).wonValue).toBe(
      money(until.reduce((sum, { cents }) => sum + cents, 0)),
    );
  });
});

test('REL-10: a local time that was skipped or came twice is read as declared, and reported', async () => {
  await at.put(
    {
      'stage.csv': stages,
      'opportunity.csv': `
        id,stage,createdAt
        skipped,Offer,2025-03-30 02:30:00
        twice,Offer,2025-10-26 02:30:00
        plain,Offer,2025-10-26 03:30:00
        offset,Offer,2025-10-26T02:30:00+01:00`,
    },
    {
      observedAt: '2025-12-31T12:00:00Z',
      objects: {
        opportunity: { columns: { createdAt: { column: 'createdAt', zone: 'Europe/Ljubljana' } } },
      },
    },
  );
  expect(
    await at.sql(
      `select id, strftime(created_at, '%m-%d %H:%M') as "at" from fact_opportunity order by id`,
    ),
  ).toEqual([
    { id: 'offset', at: '10-26 01:30' },
    { id: 'plain', at: '10-26 02:30' },
    { id: 'skipped', at: '03-30 01:30' },
    { id: 'twice', at: '10-26 01:30' },
  ]);
  expect(
    await at.sql(
      'select line::integer as line, column_name, value, reason from flag order by line',
    ),
  ).toEqual([
    {
      line: 2,
      column_name: 'createdAt',
      value: '2025-03-30 02:30:00',
      reason: 'never was on a clock in Europe/Ljubljana; taken as an hour later',
    },
    {
      line: 3,
      column_name: 'createdAt',
      value: '2025-10-26 02:30:00',
      reason: 'was twice on a clock in Europe/Ljubljana; taken as the later one',
    },
  ]);
});
