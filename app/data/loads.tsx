import type { LoadSummary } from '#warehouse/status-answer.ts';
import { formatValue } from '#components/format.ts';
import { Table } from '#components/table.tsx';
import { Later } from '../later.tsx';
import type { Opened } from '../open.ts';
import { Tile } from '../tile.tsx';
import { LoadProgress } from './load-progress.tsx';

const most = 50;
const tile = {
  title: 'Loads',
  note: 'All that were tried, newest first; one that fails changes nothing',
};

/** The load under way, and how all loads ended. */
export function Loads({ page: { ask } }: { page: Opened }) {
  return (
    <Later shape="table" tile={tile} load={() => ask.loading()}>
      {({ now, loads }) => (
        <Tile {...tile}>
          <LoadProgress first={now} />
          <Table
            caption="Loads"
            empty="Nothing has been loaded here yet: npx plumbline load --config FILE"
            columns={[
              { name: 'load', label: 'Load', unit: 'text' },
              { name: 'startedAt', label: 'Began', unit: 'instant' },
              { name: 'took', label: 'Took', unit: 'text' },
              { name: 'status', label: 'Ended', unit: 'text' },
              { name: 'rowsIn', label: 'Rows in', unit: 'count' },
              { name: 'loaded', label: 'Loaded', unit: 'count' },
              { name: 'quarantined', label: 'Quarantined', unit: 'count' },
              { name: 'error', label: 'Why it failed', unit: 'text' },
            ]}
            rows={loads.slice(0, most).map(rowOf)}
          />
        </Tile>
      )}
    </Later>
  );
}

function rowOf({ load, startedAt, seconds, status, error, sources }: LoadSummary) {
  const objects = sources.flatMap((source) => source.objects);
  const sum = (name: 'rowsIn' | 'loaded' | 'quarantined'): number | null =>
    objects.length ? objects.reduce((all, object) => all + object[name], 0) : null;
  return {
    load,
    startedAt,
    took: seconds === null ? null : `${formatValue(Math.round(seconds * 10) / 10, 'text')} s`,
    status,
    error,
    rowsIn: sum('rowsIn'),
    loaded: sum('loaded'),
    quarantined: sum('quarantined'),
  };
}
