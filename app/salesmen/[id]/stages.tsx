import type { SalesmanProfile, StageStrength } from '#warehouse/salesman-answer.ts';
import { DotInterval, type DotIntervalProps } from '#components/dot-interval.tsx';
import { formatMoney, formatRatio, formatValue } from '#components/format.ts';
import { Table } from '#components/table.tsx';
import { Later } from '../../later.tsx';
import { Tile } from '../../tile.tsx';
import { comparedHref, type Person } from './person.ts';
import { verdictOf } from './words.ts';

const tile = {
  span: 12,
  title: 'Stage by stage against matched peers',
  note: 'Share that went on, with the 95 % interval; tick: like opportunities of the others, by field and lead source; filled only where the difference is beyond chance, all stages considered',
} as const;

/** How many went on from each stage, beside what peers with the same mix would have had. */
export function Stages({ person, load }: { person: Person; load: () => Promise<SalesmanProfile> }) {
  const href = ({ pipeline, stage }: Pick<StageStrength, 'pipeline' | 'stage'>) =>
    comparedHref(person, { pipeline, stage });
  return (
    <Later shape="bars" tile={tile} load={load}>
      {(told) => {
        const { stages } = told;
        if (stages.length === 0)
          return (
            <Tile {...tile}>
              <p className="empty">
                Nothing came to an end in a stage in {person.words}.{' '}
                <a href={person.wide}>Look at all periods</a>.
              </p>
            </Tile>
          );
        const pipelines = [...new Set(stages.map(({ pipeline }) => pipeline))];
        return (
          <Tile
            {...tile}
            title={titleOf(stages)}
            hasChart
            table={<Twin stages={stages} href={href} />}
          >
            <div className="halves">
              {pipelines.map((pipeline) => (
                <section key={pipeline}>
                  {pipelines.length > 1 ? <h3 className="within">{pipeline || 'None'}</h3> : null}
                  <DotInterval
                    {...chartOf(
                      stages.filter((stage) => stage.pipeline === pipeline),
                      href,
                    )}
                  />
                </section>
              ))}
            </div>
            <Gap told={told} />
          </Tile>
        );
      }}
    </Later>
  );
}

/** The finding: which stages are weak or strong, or that none can be told apart. */
export function titleOf(stages: StageStrength[]): string {
  const named = (side: 'weak' | 'strong') =>
    stages.filter(({ verdict }) => verdict === side).map(({ stage }) => stage);
  const parts = (['weak', 'strong'] as const).flatMap((side) =>
    named(side).length ? [`${side} in ${named(side).join(' and ')}`] : [],
  );
  if (parts.length) return `Against matched peers ${parts.join(', ')}`;
  return 'No stage can be told apart from matched peers';
}

const chartOf = (
  stages: StageStrength[],
  href: (stage: StageStrength) => string,
): DotIntervalProps => ({
  measure: { unit: 'ratio' },
  domain: [0, 1],
  words: {
    label: 'Stage',
    value: 'Went on',
    interval: '95 % interval',
    expected: 'Like ones of peers',
  },
  rows: stages.map((stage) => ({
    label: stage.stage,
    value: stage.observed,
    low: stage.low,
    high: stage.high,
    expected: stage.expected,
    isApart: stage.verdict !== null,
    notes: [
      `${stage.advanced} of ${stage.entered}, peers ${formatRatio(stage.expected)}`,
      verdictOf(stage),
    ],
    href: href(stage),
  })),
});

function Gap({ told: { gap, currency } }: { told: SalesmanProfile }) {
  if (!gap) return null;
  return (
    <p className="before">
      With what peers have, {formatValue(Math.round(gap.more * 10) / 10, 'text')} more would have
      gone on from {gap.stage}: about <strong>{formatMoney(gap.worth, { currency })}</strong>, as an
      estimate from the share won afterwards and the average won size.
    </p>
  );
}

function Twin({
  stages,
  href,
}: {
  stages: StageStrength[];
  href: (stage: StageStrength) => string;
}) {
  return (
    <Table
      caption="Stages against matched peers"
      columns={[
        {
          name: 'stage',
          label: 'Stage',
          unit: 'text',
          href: (row) => href(row as unknown as StageStrength),
        },
        { name: 'pipeline', label: 'Pipeline', unit: 'text' },
        { name: 'entered', label: 'Came to an end', unit: 'count' },
        { name: 'advanced', label: 'Went on', unit: 'count' },
        {
          name: 'observed',
          label: 'Share',
          unit: 'ratio',
          note: ({ low, high }) => `${formatRatio(Number(low))} to ${formatRatio(Number(high))}`,
        },
        { name: 'expected', label: 'Like ones of peers', unit: 'ratio' },
        { name: 'peers', label: 'All others', unit: 'ratio' },
        { name: 'peersEntered', label: 'n of all others', unit: 'count' },
        { name: 'told', label: 'Told apart', unit: 'text' },
      ]}
      rows={stages.map((stage) => ({ ...stage, told: verdictOf(stage) }))}
    />
  );
}
