import type { Conversion, StageConversion } from '#warehouse/stage-answer.ts';
import type { Row } from '#warehouse/answers.ts';
import type { ConversionInput } from '#warehouse/conversion-request.ts';
import { conversionRuleNames, conversionRules } from '#warehouse/conversion-rules.ts';
import { formatDay } from '#components/format.ts';
import { Funnel, type FunnelStep } from '#components/funnel.tsx';
import { Table, type TableColumn } from '#components/table.tsx';
import { Choose } from '../choose.tsx';
import { Later } from '../later.tsx';
import type { Opened } from '../open.ts';
import { Tile } from '../tile.tsx';
import { dayOf, hrefOf, lasting, one, type Params } from '../view.ts';

const tile = {
  span: 12 as const,
  title: 'How they pass the stages',
  note: 'Of those that entered a stage in the last twelve months',
};

/** The share that passes each stage, by a rule that is named and can be chosen; every count opens. */
export function ConversionTile({ page, path }: { page: Opened; path: string }) {
  const { view, options, params, ask } = page;
  const rule = conversionRuleNames.find((name) => name === one(params.rule)) ?? 'cohort';
  const day = dayOf(view, options);
  const { asOf, knownAt, where } = view;
  const input: ConversionInput = {
    where,
    asOf,
    knownAt,
    rule,
    period: `${yearBefore(day)}..${day}`,
  };
  const kept = { ...lasting(params), rule: params.rule };
  return (
    <Later shape="bars" tile={tile} load={() => ask.conversion(input)}>
      {(conversion) => (
        <Tile
          {...tile}
          hasChart
          note={`Entered from ${formatDay(yearBefore(day))} to ${formatDay(day)}. ${conversion.meaning}.`}
          table={<Stages conversion={conversion} input={input} path={path} params={kept} />}
        >
          <p className="choose">
            <Choose
              name="Rule"
              label="How a pass is counted"
              path={path}
              params={kept}
              param="rule"
              items={conversionRuleNames.map((id) => ({ id, label: conversionRules[id].label }))}
              chosen={rule}
            />
          </p>
          {conversion.stages.length ? null : (
            <p className="empty">Nothing entered a stage in these twelve months.</p>
          )}
          <div className="halves">
            {pipelinesOf(conversion).map((pipeline) => (
              <section key={pipeline ?? ''}>
                <h3 className="within">{pipeline ?? 'Without a pipeline'}</h3>
                <Funnel
                  steps={stepsOf(conversion, pipeline, (stage, outcome) =>
                    receiptOf({ input, path, params: kept }, stage, outcome),
                  )}
                  words={{ label: 'Stage', count: 'Entered', share: 'passed the one before' }}
                />
              </section>
            ))}
          </div>
        </Tile>
      )}
    </Later>
  );
}

const yearBefore = (day: string): string =>
  `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`.replace('-02-29', '-02-28');

const pipelinesOf = ({ stages }: Conversion): (string | null)[] => [
  ...new Set(stages.map(({ pipeline }) => pipeline)),
];

type Outcome = 'entered' | 'advanced' | 'lost' | 'withdrawn' | 'still';
interface Place {
  input: ConversionInput;
  path: string;
  params: Params;
}

const receiptOf = (
  { input, path, params }: Place,
  { pipeline, stage }: Pick<StageConversion, 'pipeline' | 'stage'>,
  outcome: Outcome,
): string =>
  hrefOf(path, params, { receipt: JSON.stringify({ ...input, pipeline, stage, outcome }) });

/** Stages with the share that came on from the one before, and at the end those that were won from the last. */
function stepsOf(
  { stages }: Conversion,
  pipeline: string | null,
  href: (stage: StageConversion, outcome: Outcome) => string,
): FunnelStep[] {
  const mine = stages.filter((stage) => stage.pipeline === pipeline);
  const last = mine.at(-1);
  const steps = mine.map(
    (stage, i): FunnelStep => ({
      label: stage.stage,
      count: stage.entered,
      share: shareOf(mine[i - 1]),
      href: href(stage, 'entered'),
    }),
  );
  if (!last) return steps;
  const won = { count: last.advanced, share: shareOf(last), href: href(last, 'advanced') };
  return [...steps, { label: 'Won', isGoal: true, ...won }];
}

const shareOf = (stage: StageConversion | undefined): FunnelStep['share'] =>
  stage && stage.estimate !== null && stage.low !== null && stage.high !== null
    ? { value: stage.estimate, low: stage.low, high: stage.high }
    : null;

function Stages({ conversion, ...place }: { conversion: Conversion } & Place) {
  const count = (name: Outcome, label: string): TableColumn => ({
    name,
    label,
    unit: 'count',
    href: (row) => receiptOf(place, row as unknown as StageConversion, name),
  });
  const interval = (low: string, high: string) => (row: Row) =>
    row[low] === null ? null : `${percent(row[low])}–${percent(row[high])} %`;
  return (
    <Table
      caption="Stages and what became of those that entered them"
      columns={[
        { name: 'stage', label: 'Stage', unit: 'text' },
        { name: 'pipeline', label: 'Pipeline', unit: 'text' },
        count('entered', 'Entered'),
        count('advanced', 'Went on'),
        count('lost', 'Lost'),
        count('withdrawn', 'Withdrawn'),
        count('still', 'Still there'),
        { name: 'viaSkip', label: 'Skipped it', unit: 'count' },
        { name: 'regressionsPer100', label: 'Moves back per 100', unit: 'count' },
        {
          name: 'estimate',
          label: 'Passes',
          unit: 'ratio',
          note: (row) => interval('low', 'high')(row as Row),
        },
        {
          name: 'toWon',
          label: 'Is won',
          unit: 'ratio',
          note: (row) => interval('toWonLow', 'toWonHigh')(row as Row),
        },
      ]}
      rows={conversion.stages.map((stage) => ({ ...stage }))}
    />
  );
}

const percent = (share: Row[string] | undefined): string => String(Math.round(Number(share) * 100));
