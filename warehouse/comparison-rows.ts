import type { Viewer } from './access.ts';
import type { Cell, Column, Row } from './answers.ts';
import { circumstance, filtersInWords, type Source } from './ask.ts';
import { peopleOf, toComparison } from './comparison.ts';
import type { ComparedRows } from './comparison-answer.ts';
import { closingsStatement, type MixCount } from './comparison-facts.ts';
import { cellsOf, type Learned, measures, readMix } from './comparison-models.ts';
import {
  type ComparisonRowsInput,
  comparisonRowsSchema,
  type MeasureName,
} from './comparison-request.ts';
import { seen } from './comparison-told.ts';
import { countOf, expectedOf } from './mix-effect.ts';
import { rounded } from './normal.ts';

const told = {
  winRate: {
    label: 'Win rate beside what the mix lets one expect',
    unit: 'ratio',
    meaning:
      'Each closing of the salesman counts 1 when won; beside it stands the chance that opportunities like it had when they were taken on, whoever had them',
    formula:
      'expected = 1 / (1 + e^−η), η = level of the period + effects of stage at takeover, industry, lead source and amount band, by a ridge regression over all salesmen with their own effects in the fit',
  },
  size: {
    label: 'Won size beside what the mix lets one expect',
    unit: 'money',
    meaning:
      'The geometric mean of what the salesman won; beside it that of what opportunities of the same stage at takeover, industry and lead source come to',
    formula: 'e^(mean of ln amount); expected by a ridge regression of ln amount over all salesmen',
  },
  days: {
    label: 'Days to close beside what the mix lets one expect',
    unit: 'days',
    meaning:
      'The geometric mean of the days for which the salesman had what he won; beside it that of opportunities like them',
    formula:
      'e^(mean of ln(days + 1)) − 1; expected by a ridge regression of ln(days + 1) over all salesmen',
  },
} as const satisfies Record<MeasureName, Partial<ComparedRows>>;

/** The closings of one salesman, each beside what was expected of it, with the proof that they make the numbers. */
export async function readComparedRows(
  source: Source,
  viewer: Viewer,
  input: ComparisonRowsInput,
): Promise<ComparedRows> {
  const { measure, salesman, part, limit, offset, ...rest } = comparisonRowsSchema.parse(input);
  const question = await toComparison(source, viewer, rest);
  const inherited = part === undefined ? null : part === 'inherited';
  const { text, values } = closingsStatement(question, { salesman, inherited });
  const [mix, found] = await Promise.all([
    readMix(source, question),
    source.reader.all(text, values) as unknown as Promise<Closing[]>,
  ]);
  const learned = mix.learned[measure];
  const rows = found.filter((closing) => isIn(closing, measure));
  const person = peopleOf(mix.counts).find(({ id }) => id === salesman);
  const own = (person?.counts ?? []).filter(
    (count) => inherited === null || count.is_inherited === inherited,
  );
  const number = seen(
    measure,
    countOf(cellsOf(own, measures[measure]), learned.model, learned.shift),
  );
  const made = seen(measure, sumOf(rows, measure, learned));
  const shown = circumstance(source, question);
  return {
    ...shown,
    ...told[measure],
    measure,
    filters: [...filtersInWords(question), ...(part ? [`Only ${part} opportunities`] : [])],
    columns: columnsOf(measure, shown.currency),
    rows: rows.slice(offset, offset + limit).map((closing) => toRow(closing, measure, learned)),
    count: rows.length,
    observed: number.observed,
    expected: number.expected,
    rowsObserved: made.observed,
    rowsExpected: made.expected,
    adds:
      number.n === made.n &&
      near(number.observed, made.observed) &&
      near(number.expected, made.expected),
    sql: text,
    parameters: values as Cell[],
  };
}

interface Closing extends Pick<MixCount, 'start' | 'industry' | 'source' | 'band'> {
  opportunity: string;
  name: string;
  account: string | null;
  outcome: string;
  startStage: string | null;
  isInherited: boolean;
  closedOn: string;
  money: string;
  held: string;
  size_in: boolean;
  days_in: boolean;
  size_log: number;
  days_log: number;
}

const isIn = (closing: Closing, measure: MeasureName): boolean =>
  measure === 'winRate' || closing[`${measure}_in`];

/** As the counts have it: a win, or a logarithm of six decimals. */
function countsAs(closing: Closing, measure: MeasureName): number {
  if (measure === 'winRate') return closing.outcome === 'won' ? 1 : 0;
  return rounded(Number(closing[`${measure}_log`]));
}

const etaOf = (closing: Closing, measure: MeasureName, { model, shift }: Learned): number =>
  expectedOf(model, measures[measure].levelsOf({ ...closing, is_asked: true }), shift);

function sumOf(rows: Closing[], measure: MeasureName, learned: Learned) {
  const sum = (of: (closing: Closing) => number) => rows.reduce((s, row) => s + of(row), 0);
  return {
    n: rows.length,
    observed: sum((row) => countsAs(row, measure)),
    expected: sum((row) => etaOf(row, measure, learned)),
    information: 0,
  };
}

function toRow(closing: Closing, measure: MeasureName, learned: Learned): Row {
  const { opportunity, name, account, outcome, startStage, isInherited, closedOn } = closing;
  const log = etaOf(closing, measure, learned);
  const value = {
    winRate: countsAs(closing, 'winRate'),
    size: closing.money,
    days: Number(closing.held),
  };
  const expected = { winRate: log, size: Math.exp(log).toFixed(2), days: Math.exp(log) - 1 };
  const shown = expected[measure];
  return {
    opportunity,
    name,
    account,
    outcome,
    stage: startStage,
    came: isInherited ? 'inherited' : 'originated',
    closeOn: closedOn,
    value: value[measure],
    expected: typeof shown === 'number' ? rounded(shown) : shown,
  };
}

const columnsOf = (measure: MeasureName, currency: string): Column[] =>
  comparedColumns(told[measure].unit, {
    value: measure === 'winRate' ? 'Counts as' : 'Value',
    stage: 'Stage at takeover',
    came: 'Came to him',
    ...(told[measure].unit === 'money' ? { currency } : {}),
  });

/** What is told of one opportunity beside what was expected of it. */
export function comparedColumns(
  unit: Column['unit'],
  words: { value: string; stage?: string; came?: string; currency?: string },
): Column[] {
  const text = (name: string, label: string): Column => ({
    name,
    label,
    unit: 'text',
    kind: 'attribute',
  });
  const of = words.currency ? { unit, currency: words.currency } : { unit };
  return [
    text('opportunity', 'Id'),
    text('name', 'Opportunity'),
    text('account', 'Account'),
    text('outcome', 'Outcome'),
    text('stage', words.stage ?? 'Stage'),
    text('came', words.came ?? 'Stayed'),
    { ...text('closeOn', 'Decided'), unit: 'date' },
    { name: 'value', label: words.value, kind: 'metric', ...of },
    { name: 'expected', label: 'Expected', kind: 'companion', ...of },
  ];
}

/** Equal but for the order in which floating numbers were added. */
export const near = (a: number | null, b: number | null): boolean =>
  a === null || b === null ? a === b : Math.abs(a - b) <= 1e-5 * Math.max(1, Math.abs(a));
