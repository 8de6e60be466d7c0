import type { SalesmanProfile } from '#warehouse/salesman-answer.ts';
import { Later } from '../../later.tsx';
import { RiskLine } from '../../risk/risk-line.tsx';
import { Tile } from '../../tile.tsx';
import type { Person } from './person.ts';

const tile = {
  span: 12,
  title: 'Three opportunities to discuss',
  note: 'Of all that is open, those with most at stake: amount × the chance lost to what the rules warn of',
} as const;

/** What to talk about first, with the reasons and what to do. */
export function Discuss({
  person,
  load,
}: {
  person: Person;
  load: () => Promise<SalesmanProfile>;
}) {
  return (
    <Later shape="table" tile={tile} load={load}>
      {({ discuss, currency, name }) => (
        <Tile {...tile} title={discuss.length === 3 ? tile.title : 'Opportunities to discuss'}>
          <div id="discuss">
            {discuss.length === 0 ? (
              <p className="empty">No rule names anything that {name} has open.</p>
            ) : null}
            <ol className="risks">
              {discuss.map((item) => (
                <RiskLine
                  key={item.opportunity}
                  item={item}
                  currency={currency}
                  params={person.page.params}
                />
              ))}
            </ol>
          </div>
        </Tile>
      )}
    </Later>
  );
}
