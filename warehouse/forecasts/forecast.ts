import type { Viewer } from '../access.ts';
import type { ForecastAnswer, ForecastError, ForecastMethod, ForecastPoint } from './answer.ts';
import { answer, circumstance, type Source, toQuestion } from '../ask.ts';
import { toCents } from '../cents.ts';
import { metrics } from '../metrics/index.ts';
import { quarterOf } from '../period.ts';
import { isKnown, type Question } from '../question.ts';
import { dayNumber } from './days.ts';
import { reaches } from './distribution.ts';
import { type FrozenReader, ordered } from './frozen.ts';
import { forecastMethods, forecasts } from './index.ts';
import { type ForecastInput, forecastSchema } from './request.ts';
import { type Outcome, outcomesOf, scoreMethod, type Told, toldPoints } from './told.ts';
import { windowsOf } from './windows.ts';

/** What a period will bring, from stored points alone; nothing is fitted here. Throws `bad-period` for other than months and quarters. */
export async function readForecast(
  source: Source,
  viewer: Viewer,
  { input, frozen }: { input: ForecastInput; frozen: FrozenReader },
): Promise<ForecastAnswer> {
  const question = await questionOf(source, viewer, input);
  const { settings, moment, query } = question;
  const { name: windows } = windowsOf(query.period, settings.fiscalYearStart);
  const series = { windows, where: ordered(query.where) };
  const today = dayNumber(moment.day);
  const isWhole = viewer.scope === 'all';
  const told = isWhole
    ? toldPoints(
        frozen.read(series, 'points'),
        frozen.read(series, 'parts'),
        settings.fiscalYearStart,
      ).filter(({ day }) => day <= today)
    : [];
  const target = await targetOf(source, question);
  const own = told.filter(({ period }) => period === query.period);
  const newest = own.at(-1);
  const like = newest ? told.filter((one) => isLike(one, newest)) : [];
  const outcomes = await outcomesOf(source, viewer, { told: like, where: query.where, today });
  return {
    ...circumstance(source, question),
    ...(newest ? numbersOf(newest, target) : nothing),
    cutOff: newest?.file.cutOff ?? null,
    target: target === null ? null : money(target),
    abstains: abstainsOf(newest, { isWhole, question, hasAny: told.length > 0 }),
    points: own.map((one) => pointOf(one, target)),
    errors: newest ? forecastMethods.map((method) => errorOf(outcomes, method)) : [],
    errorsAt: newest
      ? {
          weeksToEnd: newest.weeksToEnd,
          periods: new Set(outcomes.map(({ told: { period } }) => period)).size,
        }
      : null,
    notes: notesOf(newest, { target, today }),
  };
}

async function questionOf(source: Source, viewer: Viewer, input: ForecastInput): Promise<Question> {
  const { period, where, asOf } = forecastSchema.parse(input);
  const question = await toQuestion(source, viewer, { metrics: ['quota'], where, asOf });
  const running = quarterOf(question.moment.day, source.settings.fiscalYearStart);
  return toQuestion(source, viewer, { ...question.query, period: period ?? running });
}

/** The quota as it stands, cents; null where there is none or none for such filters. */
async function targetOf(source: Source, question: Question): Promise<number | null> {
  if (!isKnown(question, metrics.quota)) return null;
  const { rows } = await answer(source, question.viewer, question.query);
  const quota = rows[0]?.quota ?? null;
  return quota === null ? null : Number(toCents(String(quota))) || null;
}

const money = (cents: number): string => (Math.round(cents) / 100).toFixed(2);

const nothing = {
  p10: null,
  p50: null,
  p90: null,
  mean: null,
  won: null,
  existing: null,
  new: null,
  pTarget: null,
  method: null,
};

/** Parts that add up: what was drawn to the naive mean is shared between open and new as the model has them. */
export function numbersOf({ point, parts, outlook }: Told, target: number | null) {
  const { won, mean } = outlook;
  const model = parts.existing + parts.fresh;
  const isModel = parts.depth !== 'naive' && model > 0;
  const total = Math.round(won + mean);
  const existing = Math.round((mean * parts.existing) / model);
  return {
    p10: money(point.p10),
    p50: money(point.p50),
    p90: money(point.p90),
    mean: money(total),
    won: money(won),
    existing: isModel ? money(existing) : null,
    new: isModel ? money(total - Math.round(won) - existing) : null,
    pTarget: target === null ? null : reaches(outlook, target),
    method: isModel ? ('default' as const) : ('naive' as const),
  };
}

export function pointOf(told: Told, target: number | null): ForecastPoint {
  const { file, weeksToEnd, totals } = told;
  const texts = forecastMethods.map((method) => {
    const total = totals[method];
    return [method, total === null ? null : money(total)] as const;
  });
  return {
    cutOff: file.cutOff,
    weeksToEnd,
    ...numbersOf(told, target),
    totals: Object.fromEntries(texts) as ForecastPoint['totals'],
    inputHash: file.inputHash,
    codeVersion: file.codeVersion,
    madeAt: file.madeAt,
    isBackfilled: file.isBackfilled,
  };
}

/** As far before the end of another period, a week more or less. */
const isLike = (one: Told, { period, weeksToEnd }: Told): boolean =>
  one.period !== period && Math.abs(one.weeksToEnd - weeksToEnd) <= 1;

function errorOf(outcomes: Outcome[], method: ForecastMethod): ForecastError {
  const score = scoreMethod(outcomes, method);
  const { label, meaning } = forecasts[method];
  const held = score?.coverage == null ? null : Math.round(score.coverage * score.n);
  return {
    method,
    label,
    meaning,
    wape: score?.wape ?? null,
    bias: score?.bias ?? null,
    pinball: score?.pinball ?? null,
    held,
    n: score?.n ?? 0,
    words: wordsOf(score, held),
  };
}

function wordsOf(score: ReturnType<typeof scoreMethod>, held: number | null): string {
  if (!score) return 'never told';
  const percent = (share: number) => `${Math.round(100 * Math.abs(share))} %`;
  const lean = score.bias > 0 ? 'too high' : 'too low';
  const words = `${percent(score.wape)} off, ${percent(score.bias)} ${lean} on the whole, of ${score.n}`;
  return held === null ? words : `held ${held} of ${score.n} times; ${words}`;
}

function abstainsOf(
  newest: Told | undefined,
  { isWhole, question, hasAny }: { isWhole: boolean; question: Question; hasAny: boolean },
): string | null {
  if (!isWhole)
    return 'Forecasts are kept of the whole pipeline; they are told to those who see all of it';
  if (!newest) {
    const { period, where } = question.query;
    const filters = Object.keys(where).length ? ' with these filters' : '';
    return hasAny
      ? `No forecast of ${period} is stored by ${question.moment.day}: they reach two periods ahead`
      : `No forecast${filters} is stored yet: run "plumbline forecast" or "plumbline backtest"`;
  }
  const { depth } = newest.parts;
  if (depth === 'naive')
    return 'Too little history: fewer than 30 closings are known. Told is the mean of past periods, with how wrong it was';
  if (depth === 'hazards')
    return 'Little history: fewer than 100 closings are known. Told from stage and age alone';
  return null;
}

function notesOf(
  newest: Told | undefined,
  { target, today }: { target: number | null; today: number },
): string[] {
  const notes: string[] = [];
  if (target === null) notes.push('There is no quota for this: no chance of reaching it is told');
  if (newest && today - newest.day > 7)
    notes.push(`The newest stored forecast is of ${newest.file.cutOff}`);
  if (newest?.file.isBackfilled)
    notes.push('Worked out after its week was over, from what had been known then');
  return notes;
}
