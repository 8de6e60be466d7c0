import type { Twins } from '#warehouse/twins-answer.ts';
import { formatValue } from '#components/format.ts';
import { Table } from '#components/table.tsx';
import { Later } from '../../later.tsx';
import type { Opened } from '../../open.ts';
import { Tile } from '../../tile.tsx';
import { hrefOf, lasting } from '../../view.ts';
import { twinsInWords } from './twins-words.ts';

const tile = {
  span: 12 as const,
  title: 'How ones like it went',
  note: 'The closed opportunities most like it as they looked after as long in its stage: by amount, age, silence, pushes and field',
};

/** Past opportunities that looked like an open one at the same age in its stage, and what became of them. */
export function TwinsTile({ page, id }: { page: Opened; id: string }) {
  const { ask, view, params } = page;
  const { asOf, knownAt } = view;
  return (
    <Later shape="table" tile={tile} load={() => ask.twins({ id, asOf, knownAt })}>
      {(found) => (
        <Tile {...tile}>
          {found?.twins.length ? (
            <Compared
              found={found}
              hrefOfTwin={(twin) =>
                hrefOf(`/opportunities/${encodeURIComponent(twin)}`, lasting(params))
              }
            />
          ) : (
            <p className="empty">
              {found
                ? `No closed opportunity has been in ${found.stage} as long as this one has, ${formatValue(Math.round(found.stageDays), 'days')}.`
                : 'Nobody knows since when it is in its stage, so none can be compared.'}
            </p>
          )}
        </Tile>
      )}
    </Later>
  );
}

interface ComparedProps {
  found: Twins;
  hrefOfTwin: (opportunity: string) => string;
}

function Compared({ found, hrefOfTwin }: ComparedProps) {
  const { currency } = found;
  return (
    <>
      <p className="before">{twinsInWords(found)}</p>
      <Table
        caption="The most alike first"
        columns={[
          {
            name: 'name',
            label: 'Opportunity',
            unit: 'text',
            href: ({ opportunity }) => hrefOfTwin(String(opportunity)),
          },
          { name: 'outcome', label: 'Went', unit: 'text' },
          { name: 'days', label: 'After', unit: 'days' },
          { name: 'movedTo', label: 'Next stage', unit: 'text' },
          { name: 'touches', label: 'Activities in 30 days', unit: 'count' },
          { name: 'value', label: 'Value then', unit: 'money', currency },
          { name: 'ageDays', label: 'Age then', unit: 'days' },
          { name: 'idleDays', label: 'Silent then', unit: 'days' },
          { name: 'pushes', label: 'Pushes then', unit: 'count' },
          { name: 'field', label: 'Field', unit: 'text' },
          { name: 'salesman', label: 'Salesman', unit: 'text' },
        ]}
        rows={found.twins.map((twin) => ({ ...twin }))}
      />
    </>
  );
}
