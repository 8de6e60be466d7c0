import { formatMoney } from '#components/format.ts';
import { Later } from './later.tsx';
import type { Opened } from './open.ts';
import { hrefOf, lasting } from './view.ts';

const most = 3;

/** The few opportunities with most at stake, each with its first reason in words. */
export function AtStake({ page: { ask, view, params } }: { page: Opened }) {
  const { where, period, asOf, knownAt } = view;
  const load = () => ask.risks({ where, period, asOf, knownAt, limit: most });
  return (
    <Later shape="numbers" load={load}>
      {({ opportunities, money, currency, count }) =>
        count === 0 ? null : (
          <>
            <h3 className="within">
              <a href={hrefOf('/risk', lasting(params))}>
                {formatMoney(money, { currency })} at stake in {count.toLocaleString('en')}{' '}
                opportunities
              </a>
            </h3>
            <ul className="needs dense">
              {opportunities.map(({ opportunity, name, money: own, flags: [first] }) => (
                <li key={opportunity}>
                  <a
                    className="cut"
                    href={hrefOf(
                      `/opportunities/${encodeURIComponent(opportunity)}`,
                      lasting(params),
                    )}
                    title={first ? `${name}. ${first.evidence}` : name}
                  >
                    {name}
                    <span className="aside cut">{first?.evidence}</span>
                  </a>
                  <strong>{formatMoney(own, { currency })}</strong>
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Later>
  );
}
