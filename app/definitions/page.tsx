import { openPage } from '../open.ts';
import { Shell } from '../shell.tsx';
import { Tile } from '../tile.tsx';
import type { Params } from '../view.ts';

/** What every metric and dimension means, made from the definitions that compute them. */
export default async function Definitions({ searchParams }: { searchParams: Promise<Params> }) {
  const { params, options, view, ask } = await openPage(searchParams);
  const { metrics, dimensions } = await ask.catalog();
  return (
    <Shell path="/definitions" current={null} params={params} view={view} options={options}>
      <h1 className="sentence">
        <strong>{metrics.length} metrics</strong> and {dimensions.length} dimensions, each defined
        once.
      </h1>
      <div className="grid">
        <Tile
          span={8}
          title="Metrics"
          note="The same definition makes the number, its rows and its receipt"
        >
          <dl className="definitions">
            {metrics.map(({ name, label, unit, meaning, formula }) => (
              <div key={name} id={name}>
                <dt>
                  {label}{' '}
                  <span className="muted">
                    {name}, {unit}
                  </span>
                </dt>
                <dd>{meaning}.</dd>
                <dd className="receipt-code">{formula}</dd>
              </div>
            ))}
          </dl>
        </Tile>
        <Tile span={4} title="Dimensions" note="By which a number is broken down and filtered">
          <dl className="definitions">
            {dimensions.map(({ name, label, meaning }) => (
              <div key={name} id={`by-${name}`}>
                <dt>
                  {label} <span className="muted">{name}</span>
                </dt>
                <dd>{meaning}.</dd>
              </div>
            ))}
          </dl>
        </Tile>
      </div>
    </Shell>
  );
}
