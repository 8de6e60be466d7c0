import type { StageAge, StageAging, Standing } from '#warehouse/stage-answer.ts';
import { sumMoney } from '#warehouse/cents.ts';
import type { StageAgeInput } from '#warehouse/stage-age-request.ts';
import { BoxRows, reachOf } from '#components/box-rows.tsx';
import { formatMoney } from '#components/format.ts';
import { Later } from '../later.tsx';
import type { Opened } from '../open.ts';
import { Tile } from '../tile.tsx';
import { lasting, receiptHref, toQuery } from '../view.ts';
import { stayTitle, stayWords } from './stage-time-words.ts';
import { type Opens, StageTimeTable } from './stage-time-table.tsx';

const tile = {
  span: 12 as const,
  title: 'Time in stage',
  note: 'Days in the stage of what is open, against those that were won from there',
};

/** How long open opportunities sit in their stages, what is flagged for it, and how those went that sat as long. */
export function StageTime({ page, path }: { page: Opened; path: string }) {
  const { view, ask, params } = page;
  const { where, period, currency, rate, asOf, knownAt } = view;
  const input: StageAgeInput = { where, period, currency, rate, asOf, knownAt };
  const within = ({ pipeline }: StageAging) => ({ ...where, pipeline: [pipeline] });
  const opens: Opens = {
    open: (row, metric) =>
      receiptHref(
        path,
        lasting(params),
        toQuery(view, [metric], { where: { ...within(row), stage: [row.stage] } }),
      ),
    flag: (row, flag) =>
      receiptHref(path, lasting(params), { ...input, where: within(row), stage: row.stage, flag }),
  };
  return (
    <Later shape="bars" tile={tile} load={() => ask.stageAge(input)}>
      {(answer) => <Shown answer={answer} opens={opens} />}
    </Later>
  );
}

function Shown({ answer, opens }: { answer: StageAge; opens: Opens }) {
  const { currency } = answer;
  const stages = answer.stages.filter(({ open }) => open.count);
  if (stages.length === 0)
    return (
      <Tile {...tile}>
        <p className="empty">Nothing is open for this period. Widen the period or the scope.</p>
      </Tile>
    );
  const reach = reachOf(stages.map((stage) => ({ usual: usualOf(stage), value: stage.medianAge })));
  return (
    <Tile
      {...tile}
      hasChart
      title={stayTitle(
        stages.reduce((sum, { open }) => sum + open.count, 0),
        allOf(stages, 'stalled'),
        currency,
      )}
      note={[
        'Days: band, line and end are 25–80 %, 50 % and 95 % of all that were won from there; ● the median of what is open. By its amount ◇ watched from 80 %, ▲ stalled from 95 % on',
        ...answer.notes,
      ].join(' · ')}
      table={<StageTimeTable stages={stages} currency={currency} opens={opens} />}
    >
      <div className="halves">
        {[...new Set(stages.map(({ pipeline }) => pipeline))].map((pipeline) => (
          <Pipeline
            key={pipeline ?? ''}
            name={pipeline}
            stages={stages.filter((stage) => stage.pipeline === pipeline)}
            reach={reach}
            currency={currency}
            opens={opens}
          />
        ))}
      </div>
    </Tile>
  );
}

const allOf = (stages: StageAging[], flag: 'watch' | 'stalled'): Standing => ({
  count: stages.reduce((sum, stage) => sum + stage[flag].count, 0),
  value: sumMoney(stages.map((stage) => stage[flag].value)),
});

interface PipelineProps {
  name: string | null;
  stages: StageAging[];
  reach: number;
  currency: string;
  opens: Opens;
}

function Pipeline({ name, stages, reach, currency, opens }: PipelineProps) {
  return (
    <section>
      <h3 className="within">{name ?? 'Without a pipeline'}</h3>
      <BoxRows
        measure={{ unit: 'days' }}
        reach={reach}
        words={{
          label: 'Stage',
          value: 'Median of what is open',
          low: 'A quarter of those that were won left by',
          mid: 'Half of them by',
          high: '80 % by',
          end: '95 % by',
        }}
        rows={stages.map((stage) => ({
          label: stage.stage ?? 'none',
          usual: usualOf(stage),
          value: stage.medianAge,
          notes: [
            `${stage.open.count.toLocaleString('en')} open`,
            formatMoney(stage.open.value, { currency }),
          ],
          href: opens.open(stage, 'openPipeline'),
        }))}
      />
      <ul className="stays">
        {stages.map((stage) => (
          <li key={stage.stage ?? ''}>
            <span>
              {stage.stage ?? 'none'}
              <span className="aside">{stayWords(stage)}</span>
            </span>
            <Flag sign="◇" word="watched" of="watch" {...{ stage, currency, opens }} />
            <Flag sign="▲" word="stalled" of="stalled" {...{ stage, currency, opens }} />
          </li>
        ))}
      </ul>
    </section>
  );
}

const usualOf = ({ benchmark }: StageAging) =>
  benchmark && {
    low: benchmark.p25,
    mid: benchmark.p50,
    high: benchmark.p80,
    end: benchmark.p95,
  };

interface FlagProps {
  sign: string;
  word: string;
  of: 'watch' | 'stalled';
  stage: StageAging;
  currency: string;
  opens: Opens;
}

function Flag({ sign, word, of, stage, currency, opens }: FlagProps) {
  const { count, value } = stage[of];
  const money = formatMoney(value, { currency });
  if (count === 0) return <span className="aside">{sign} 0</span>;
  return (
    <a
      className="figure"
      href={opens.flag(stage, of)}
      title={`${formatMoney(value, { currency, exact: true })} ${word} in ${stage.stage ?? 'none'}`}
    >
      <span data-flag={of} aria-hidden="true">
        {sign}
      </span>{' '}
      {count.toLocaleString('en')}
      <span className="aside">
        {money} {word}
      </span>
    </a>
  );
}
