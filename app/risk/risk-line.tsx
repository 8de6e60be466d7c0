import type { RiskItem } from '#warehouse/risks/answer.ts';
import { formatDay, formatMoney, formatRatio } from '#components/format.ts';
import { hrefOf, lasting, type Params } from '../view.ts';

const mostReasons = 3;

/** One opportunity: what is at stake, why in words, what to do first. */
export function RiskLine({
  item,
  currency,
  params,
}: {
  item: RiskItem;
  currency: string;
  params: Params;
}) {
  const { opportunity, name, salesman, stage, closeOn, amount, money, flags } = item;
  const told = flags.filter(({ demoted }) => !demoted);
  const costs = told.length > 0;
  const lines = costs ? told : flags;
  return (
    <li>
      <div>
        <a href={hrefOf(`/opportunities/${encodeURIComponent(opportunity)}`, lasting(params))}>
          {name}
        </a>
        <p className="muted">
          {[salesman ?? 'nobody', stage ?? 'no known stage', closeOn ? formatDay(closeOn) : null]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      <div>
        <ul>
          {lines.slice(0, mostReasons).map(({ rule, label, evidence }) => (
            <li key={rule}>
              <strong>{label}:</strong> {evidence}
            </li>
          ))}
        </ul>
        {lines.length > mostReasons ? (
          <p className="muted">
            and{' '}
            {lines
              .slice(mostReasons)
              .map(({ label }) => label.toLowerCase())
              .join(', ')}
          </p>
        ) : null}
        {lines[0] ? <p className="first">{lines[0].step}</p> : null}
      </div>
      <div className="risk-money">
        <strong>{costs ? formatMoney(money, { currency }) : '–'}</strong>
        <p className="muted">
          of {amount === null ? 'an unknown amount' : formatMoney(amount, { currency })}
          <br />
          {costs
            ? `${formatRatio(item.chance)} instead of ${formatRatio(item.chanceWithout)}`
            : 'hygiene: no cost shown'}
        </p>
      </div>
    </li>
  );
}
