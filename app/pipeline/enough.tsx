import type { Answer, Row } from '#warehouse/answers.ts';
import { formatValue } from '#components/format.ts';
import { Figure } from '../figure.tsx';
import { Later } from '../later.tsx';
import type { Opened } from '../open.ts';
import { Tile } from '../tile.tsx';
import { lasting, receiptHref, toQuery } from '../view.ts';
import { periodInWords } from '../words.ts';

const metrics = [
  'coverage',
  'requiredCoverage',
  'remainingQuota',
  'attainment',
  'slipRate',
  'pushes',
  'daysSlipped',
  'activitiesDone',
];

const tile = {
  span: 12 as const,
  title: 'Is it enough?',
  note: 'Open pipeline against what the quota still lacks, and what was needed on this day of past periods',
};

/** Coverage beside what coverage was needed at the same day of past periods, and what slips. */
export function Enough({ page, path }: { page: Opened; path: string }) {
  const { view, ask, params } = page;
  const query = toQuery(view, metrics);
  return (
    <Later shape="numbers" tile={tile} load={() => ask.answer(query)}>
      {(answer) => (
        <Tile {...tile} query={query}>
          <p className="before">{inWords(answer.rows[0], periodInWords(view.period))}</p>
          <dl className="numbers">
            {answer.columns
              .filter(({ kind }) => kind === 'metric')
              .map(({ name, label, unit }) => (
                <div key={name}>
                  <dt>{label}</dt>
                  <dd>
                    <Figure
                      value={answer.rows[0]?.[name]}
                      unit={unit}
                      currency={answer.currency}
                      label={label}
                      href={receiptHref(path, lasting(params), toQuery(view, [name]))}
                    />
                    <Aside row={answer.rows[0]} name={name} answer={answer} />
                  </dd>
                </div>
              ))}
          </dl>
        </Tile>
      )}
    </Later>
  );
}

/** The interval of a number, or why there is none. */
function Aside({ row, name, answer }: { row: Row | undefined; name: string; answer: Answer }) {
  const reason = row?.[`${name}Reason`];
  const [low, high] = [row?.[`${name}Low`], row?.[`${name}High`]];
  const unit = answer.columns.find((column) => column.name === name)?.unit ?? 'count';
  if (reason) return <span className="aside">{String(reason)}</span>;
  if (low === null || low === undefined || high === null || high === undefined) return null;
  return (
    <span className="aside">
      {formatValue(low, unit)} to {formatValue(high, unit)}
    </span>
  );
}

function inWords(row: Row | undefined, period: string): string {
  const [has, needs] = [row?.coverage, row?.requiredCoverage];
  if (!row || has === null || has === undefined)
    return `${row?.coverageReason ? `Coverage of ${period}: ${String(row.coverageReason)}.` : `There is no coverage of ${period}.`}`;
  const times = (value: Row[string] | undefined) => formatValue(value, 'times');
  if (needs === null || needs === undefined)
    return `${period} has ${times(has)} of what its quota still lacks; how much was needed cannot be told: ${String(row.requiredCoverageReason ?? 'too few past periods')}.`;
  const short = Number(has) < Number(needs);
  return `${period} has ${times(has)} of what its quota still lacks. On this day of past periods ${times(needs)} was needed (${times(row.requiredCoverageLow)} to ${times(row.requiredCoverageHigh)}, ${String(row.requiredCoverageN)} periods): ${short ? 'that is not enough' : 'that is enough'}.`;
}
