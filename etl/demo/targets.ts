import type { Book } from './book.ts';
import type { Cell, ExportFile } from './csv.ts';
import { moneyText } from './csv.ts';
import { rateAt } from './climate.ts';
import { makeId } from './ids.ts';
import type { Opportunity } from './life.ts';
import { teams } from './market.ts';
import { holder, type Seat } from './people.ts';
import { at } from './random.ts';
import {
  addQuarters,
  dayText,
  instantText,
  monthOf,
  monthStart,
  quarterStart,
  week,
  yearOf,
} from './time.ts';

/** Weight of each quarter of the year and of each month of a quarter in the targets. */
const quarterShape = [1.02, 0.98, 0.9, 1.1];
const monthShape = [0.26, 0.31, 0.43];
/** Targets ask for more than the four quarters before they were set. */
const ambition = 1.24;

/**
 * Quotas by salesman and month. Each quarter's is set a year ahead from what was won in the four quarters before;
 * the first two years follow their own mean, as they were set when the CRM came.
 */
export function quotaFile(book: Book): ExportFile {
  return {
    name: 'ForecastingQuota.csv',
    columns: ['Id', 'QuotaOwnerId', 'StartDate', 'QuotaAmount', 'CurrencyIsoCode', 'CreatedDate'],
    rows: quotaRows(book),
  };
}

function* quotaRows(book: Book): Generator<Cell[]> {
  const { plan, people } = book.company;
  const { won } = book;
  const first = quarterStart(plan.start);
  const last = addQuarters(quarterStart(plan.cut), 4);
  for (let quarter = first, n = 0; quarter <= last; quarter = addQuarters(quarter, 1), n++) {
    const setAt = Math.max(plan.start + week / 7, addQuarters(quarter, -4) + 8 * 3_600_000);
    const total = targetOf(won, first, n) * at(quarterShape, monthOf(quarter) / 3);
    const weight = people.seats.reduce((sum, seat) => sum + weightOf(seat), 0);
    for (const seat of people.seats)
      for (let m = 0; m < 3; m++) {
        const month = monthStart(yearOf(quarter), monthOf(quarter) + m);
        if (month > plan.start - week)
          yield* quotaRowsOf(book, seat, {
            month,
            setAt,
            euro: ((total * weightOf(seat)) / weight) * at(monthShape, m),
          });
      }
  }
}

const weightOf = (seat: Seat): number => at(teams, seat.team).weight;

/** Sum of a quarter's target in euro. */
function targetOf(won: Map<number, number>, first: number, n: number): number {
  const mean = (from: number, count: number) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += won.get(addQuarters(first, from + i)) ?? 0;
    return sum / count;
  };
  if (n < 8) return mean(1, 4) * (1 + 0.035 * (n - 2));
  return mean(Math.max(1, n - 8), 4) * ambition;
}

/** Euro won in each quarter, by its start. */
export function wonByQuarter(lives: Opportunity[]): Map<number, number> {
  const won = new Map<number, number>();
  for (const o of lives)
    if (o.closedAt !== null && o.wonEuro > 0)
      won.set(quarterStart(o.closedAt), (won.get(quarterStart(o.closedAt)) ?? 0) + o.wonEuro);
  return won;
}

interface Quota {
  month: number;
  setAt: number;
  euro: number;
}

/** The quota of a seat and month: its holder has it, and those who handed the seat over before the month have 0. */
function* quotaRowsOf(book: Book, seat: Seat, { month, setAt, euro }: Quota): Generator<Cell[]> {
  const { currency } = at(teams, seat.team);
  const amount = Math.round((euro * rateAt(book.company.rates, currency, setAt)) / 100) * 10_000;
  const until = Math.min(Math.max(month, setAt), book.cut);
  const later = seat.people.filter((person) => person.hiredAt > setAt && person.hiredAt <= until);
  for (const [i, owner] of [holder(seat, setAt), ...later].entries()) {
    const next = later[i];
    const told = next ? next.hiredAt : Math.max(setAt, owner.hiredAt);
    yield [
      makeId('quota', owner.id, month),
      owner.id,
      dayText(month),
      moneyText(next ? 0 : amount),
      currency,
      instantText(told),
    ];
  }
}

export function datedRateFile(book: Book): ExportFile {
  const rows = book.company.rates.dated
    .filter((r) => r.from <= book.cut)
    .map((r): Cell[] => [
      makeId('rate', r.currency, r.from),
      r.currency,
      r.rate.toFixed(4),
      dayText(r.from),
      r.to === null || r.to > book.cut ? '9999-12-31' : dayText(r.to),
    ]);
  return {
    name: 'DatedConversionRate.csv',
    columns: ['Id', 'IsoCode', 'ConversionRate', 'StartDate', 'NextStartDate'],
    rows,
  };
}

export function planRateFile(book: Book): ExportFile {
  const rows = book.company.rates.plan
    .filter((r) => r.from <= book.cut)
    .map((r): Cell[] => [
      makeId('planRate', r.currency, r.from),
      r.currency,
      r.rate.toFixed(4),
      dayText(r.from),
    ]);
  return { name: 'PlanRate.csv', columns: ['Id', 'IsoCode', 'ConversionRate', 'StartDate'], rows };
}
