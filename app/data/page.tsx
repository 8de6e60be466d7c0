import { formatValue } from '#components/format.ts';
import { Table } from '#components/table.tsx';
import { openPage } from '../open.ts';
import { Shell } from '../shell.tsx';
import { Tile } from '../tile.tsx';
import type { Params } from '../view.ts';
import { Loads } from './loads.tsx';
import { RewrittenTile } from './rewritten.tsx';
import { Sources } from './sources.tsx';
import { VanishedTile } from './vanished.tsx';

/** Where the numbers come from: loads, checks, what was refused, dictionaries, snapshots. */
export default async function Data({ searchParams }: { searchParams: Promise<Params> }) {
  const page = await openPage(searchParams);
  const { params, options, view, ask } = page;
  const [status, loads, checks, quarantine, snapshots, stages, rates] = await Promise.all([
    ask.status(),
    ask.loads(),
    ask.checks(),
    ask.quarantine({ limit: 100 }),
    ask.snapshots(),
    ask.stages(),
    ask.rates(),
  ]);
  const [newest] = loads;
  const counts = (newest?.sources ?? []).flatMap(({ source, objects }) =>
    objects.map((object) => ({ source, ...object })),
  );
  const failing = checks.filter(({ failing: n }) => n > 0);
  return (
    <Shell path="/data" current="/data" params={params} view={view} options={options}>
      <h1 className="sentence">
        <strong>{formatValue(status.counts.opportunity ?? 0, 'count')} opportunities</strong> of{' '}
        {status.company ?? 'this installation'}, as of {formatValue(status.asOf, 'date')}.{' '}
        {failing.length
          ? `${failing.length} of ${checks.length} checks found something.`
          : `All ${checks.length} checks are clean.`}
      </h1>
      <div className="grid">
        <Sources status={status} />
        <Tile
          title={`The newest load, ${newest?.load ?? 'none'}`}
          note="Rows in = loaded + quarantined + superseded, asserted at each load"
        >
          <Table
            caption="Rows of the newest load"
            columns={[
              { name: 'object', label: 'Object', unit: 'text' },
              { name: 'rowsIn', label: 'In', unit: 'count' },
              { name: 'loaded', label: 'Loaded', unit: 'count' },
              { name: 'quarantined', label: 'Quarantined', unit: 'count' },
              { name: 'superseded', label: 'Superseded', unit: 'count' },
            ]}
            rows={counts}
          />
        </Tile>
        <Loads page={page} />
        <Tile title="Checks" note="What must not be, counted at the newest load">
          <Table
            caption="Checks"
            columns={[
              { name: 'meaning', label: 'Check', unit: 'text' },
              { name: 'failing', label: 'Found', unit: 'count' },
              { name: 'severity', label: 'Severity', unit: 'text' },
              { name: 'example', label: 'Example', unit: 'text' },
            ]}
            rows={checks.map((check) => ({ ...check }))}
          />
        </Tile>
        <Tile
          span={12}
          title={`${formatValue(quarantine.total, 'count')} lines in quarantine`}
          note="Kept as they came, with the reason; the first 100"
        >
          <Table
            caption="Quarantined lines"
            columns={[
              { name: 'object', label: 'Object', unit: 'text' },
              { name: 'file', label: 'File', unit: 'text' },
              { name: 'line', label: 'Line', unit: 'count' },
              { name: 'column', label: 'Column', unit: 'text' },
              { name: 'value', label: 'Value', unit: 'text' },
              { name: 'reason', label: 'Reason', unit: 'text' },
            ]}
            rows={quarantine.rows.map((row) => ({ ...row }))}
          />
        </Tile>
        <RewrittenTile page={page} />
        <VanishedTile page={page} />
        <Tile title="Stages" note="The dictionary by which stages are read">
          <Table
            caption="Stages"
            columns={[
              { name: 'pipeline', label: 'Pipeline', unit: 'text' },
              { name: 'stage', label: 'Stage', unit: 'text' },
              { name: 'outcome', label: 'Outcome', unit: 'text' },
              { name: 'probability', label: 'Probability', unit: 'ratio' },
              { name: 'category', label: 'Category', unit: 'text' },
            ]}
            rows={stages}
          />
        </Tile>
        <Tile title="Exchange rates" note={`How many ${options.currency} one unit is worth`}>
          <Table
            caption="Exchange rates"
            columns={[
              { name: 'currency', label: 'Currency', unit: 'text' },
              { name: 'kind', label: 'Kind', unit: 'text' },
              { name: 'startsOn', label: 'From', unit: 'date' },
              { name: 'factor', label: 'Factor', unit: 'text' },
            ]}
            rows={rates}
          />
        </Tile>
        <Tile
          span={12}
          title="Snapshots"
          note="Any of them can be put back: npx plumbline rollback ID"
        >
          <Table
            caption="Snapshots"
            columns={[
              { name: 'id', label: 'Snapshot', unit: 'text' },
              { name: 'load', label: 'Load', unit: 'text' },
              { name: 'publishedAt', label: 'Published', unit: 'instant' },
              { name: 'asOf', label: 'As of', unit: 'date' },
              { name: 'command', label: 'To put it back', unit: 'text' },
            ]}
            rows={snapshots.map((snapshot) => ({
              ...snapshot,
              command: snapshot.current ? 'is shown now' : `npx plumbline rollback ${snapshot.id}`,
            }))}
          />
        </Tile>
      </div>
    </Shell>
  );
}
