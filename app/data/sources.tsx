import type { Status } from '#warehouse/status-answer.ts';
import { Table } from '#components/table.tsx';
import { Tile } from '../tile.tsx';

/** How fresh each object of each source is, and how many records there are. */
export function Sources({ status }: { status: Status }) {
  const { sources, objects, counts } = status;
  const failed = sources.filter(({ error }) => error !== null);
  const isOne = sources.length === 1;
  return (
    <Tile
      title={isOne ? `Source: ${sources[0]?.source}` : `${sources.length} sources`}
      note="Until when the extracts tell, and how many records of each kind are known"
    >
      {failed.map(({ source, error }) => (
        <p key={source} className="warning">
          {source}: {error}
        </p>
      ))}
      <Table
        caption="Freshness of each object"
        columns={[
          { name: 'object', label: 'Object', unit: 'text' },
          ...(isOne ? [] : [{ name: 'source', label: 'Source', unit: 'text' as const }]),
          { name: 'freshAt', label: 'Told until', unit: 'instant' },
          { name: 'records', label: 'Records', unit: 'count' },
        ]}
        rows={objects.map((object) => ({ ...object, records: counts[object.object] ?? null }))}
      />
    </Tile>
  );
}
