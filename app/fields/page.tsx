import type { FieldGrid } from '#warehouse/field-grid.ts';
import { Choose } from '../choose.tsx';
import { Later } from '../later.tsx';
import { type Opened, openPage } from '../open.ts';
import { quartersUntil } from '../salesmen/quarters.ts';
import { spanInWords, spanOf } from '../salesmen/span.ts';
import { Sentence } from '../sentence.tsx';
import { Shell } from '../shell.tsx';
import { dayOf, isPast, type Params, toQuery } from '../view.ts';
import { fieldNames, labelOf, measureNames, measures, readChoices, wordOf } from './choices.ts';
import { cellHref, type Frame, GridTile, gridNote, lastingHere } from './grid-tile.tsx';
import { fieldsSentence, strongestOf } from './sentence.ts';
import { TrendTile } from './trend-tile.tsx';
import { RatesTile, ValuesTile, valueMetrics } from './values-tile.tsx';

const path = '/fields';

/** Any field and measure: what each value brings, and which combinations differ beyond noise. */
export default async function Fields({ searchParams }: { searchParams: Promise<Params> }) {
  const page = await openPage(searchParams);
  const { params, options, ask } = page;
  const frame = frameOf(page);
  const { view, choices, words } = frame;
  const { field, across } = choices;
  const grid = readGrid(page, frame, across);
  const found = readValues(page, frame);
  // A failure is shown where it belongs; until then nobody may call it unhandled.
  for (const each of [grid, found]) each.catch(() => undefined);
  return (
    <Shell path={path} current={path} params={params} view={page.view} options={options}>
      <Later shape="sentence" load={() => grid}>
        {(told) => (
          <Sentence
            pieces={fieldsSentence(told, choices, { period: words, past: isPast(view) })}
            hrefOf={() => strongestHref(told, frame)}
          />
        )}
      </Later>
      <Choices frame={frame} />
      <div className="grid">
        <Later
          shape="bars"
          tile={{ span: 5, title: `Win rate by ${wordOf(field)}`, note: '' }}
          load={() => found}
        >
          {(values) => <RatesTile {...values} frame={frame} />}
        </Later>
        <Later
          shape="table"
          tile={{ span: 7, title: `What each ${wordOf(field)} brings`, note: '' }}
          load={() => found}
        >
          {(values) => <ValuesTile {...values} frame={frame} />}
        </Later>
        <Later shape="table" tile={gridFrame(field, across)} load={() => grid}>
          {(told) => <GridTile grid={told} rows={field} columns={across} frame={frame} />}
        </Later>
        <Later
          shape="area"
          tile={{ span: 12, title: 'Over time', note: '' }}
          load={() => readTrend(page, frame)}
        >
          {(told) => <TrendTile {...told} frame={frame} />}
        </Later>
        <Later
          shape="table"
          tile={gridFrame('salesman', field)}
          load={() => ask.fieldGrid({ ...askedOf(frame), rows: 'salesman', columns: field })}
        >
          {(told) => <GridTile grid={told} rows="salesman" columns={field} frame={frame} />}
        </Later>
      </div>
    </Shell>
  );
}

function frameOf({ params, view, options }: Opened): Frame {
  const period = spanOf(view, params, dayOf(view, options));
  return {
    path,
    params,
    view: { ...view, period },
    words: spanInWords(params, period),
    choices: readChoices(params),
  };
}

const gridFrame = (rows: string, columns: string) => ({
  span: 12 as const,
  title: `${labelOf(rows)} × ${wordOf(columns)}`,
  note: gridNote,
});

function askedOf({ view, choices }: Frame) {
  const { where, period, asOf, knownAt, currency, rate } = view;
  return { where, period, asOf, knownAt, currency, rate, measure: choices.measure };
}

const readGrid = ({ ask }: Opened, frame: Frame, across: Frame['choices']['across']) =>
  ask.fieldGrid({ ...askedOf(frame), rows: frame.choices.field, columns: across });

async function readValues({ ask }: Opened, { view, choices }: Frame) {
  const [answer, whole] = await Promise.all([
    ask.answer(toQuery(view, valueMetrics, { by: [choices.field] })),
    ask.answer(toQuery(view, ['winRate'])),
  ]);
  return { answer, whole: whole.rows[0] };
}

async function readTrend({ ask, options }: Opened, { view, choices }: Frame) {
  const { field, measure } = choices;
  const { quarter } = measures[measure];
  const quarters = quartersUntil(dayOf(view, options), options);
  const [first, last] = [quarters[0], quarters.at(-1)];
  const period = first && last ? `${first.from}..${last.last}` : 'all';
  const metrics =
    measure === 'createdCount' || measure === 'wonCount' ? [measure] : [measure, 'wonCount'];
  const [answer, whole] = await Promise.all([
    ask.answer(toQuery(view, metrics, { period, by: [field, quarter] })),
    ask.answer(toQuery(view, metrics, { period, by: [quarter] })),
  ]);
  return { answer, whole, quarters };
}

/** The receipt of the cell that the sentence names. */
function strongestHref(grid: FieldGrid, frame: Frame): string {
  const { field, across } = frame.choices;
  const cell = strongestOf(grid);
  if (!cell) return path;
  return cellHref(frame, {
    [field]: grid.rows[cell.row]?.value ?? null,
    [across]: grid.columns[cell.column]?.value ?? null,
  });
}

function Choices({ frame: { params, choices } }: { frame: Frame }) {
  const kept = lastingHere(params);
  const named = (names: readonly string[]) => names.map((id) => ({ id, label: labelOf(id) }));
  const shared = { path, params: kept };
  return (
    <p className="choose">
      <Choose
        {...shared}
        name="Field"
        label="What is taken apart"
        param="field"
        items={named(fieldNames)}
        chosen={choices.field}
      />
      <Choose
        {...shared}
        name="Across"
        label="The other field"
        param="across"
        items={named(fieldNames.filter((name) => name !== choices.field))}
        chosen={choices.across}
      />
      <Choose
        {...shared}
        name="Measure"
        label="What is measured"
        param="measure"
        items={measureNames.map((id) => ({ id, label: measures[id].label }))}
        chosen={choices.measure}
      />
    </p>
  );
}
