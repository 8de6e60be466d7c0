import type { RiskItem } from '#warehouse/risks/answer.ts';
import { formatMoney, formatRatio } from '#components/format.ts';
import { Later } from '../../later.tsx';
import type { Opened } from '../../open.ts';
import { Tile } from '../../tile.tsx';

const tile = {
  span: 12 as const,
  title: 'What it risks',
  note: 'What rules say of it, what each is worth by the past, and what to do first',
};

/** The rules that name one opportunity, with evidence and what they cost it. */
export function RiskTile({ page, id }: { page: Opened; id: string }) {
  const { ask, view, options } = page;
  const { asOf, knownAt } = view;
  return (
    <Later shape="numbers" tile={tile} load={() => ask.opportunityRisks({ id, asOf, knownAt })}>
      {(item) => (
        <Tile {...tile}>
          {item?.flags.length ? (
            <Flags item={item} currency={options.currency} />
          ) : (
            <p className="empty">No rule names it.</p>
          )}
        </Tile>
      )}
    </Later>
  );
}

function Flags({ item, currency }: { item: RiskItem; currency: string }) {
  const { chance, chanceWithout, money, flags } = item;
  return (
    <>
      <p className="before">
        {flags.every(({ demoted }) => demoted) ? (
          'Nothing that names it has been shown to cost wins.'
        ) : (
          <>
            <strong>{formatMoney(money, { currency })} is at stake</strong>: its chance is{' '}
            {formatRatio(chance)} instead of {formatRatio(chanceWithout)}.
          </>
        )}
      </p>
      <ul className="needs">
        {flags.map(({ rule, label, evidence, step, money: own, lift, n, demoted }) => (
          <li key={rule}>
            <span>
              <strong>{label}</strong>: {evidence}
              <span className="aside">
                {demoted ? 'Hygiene: ' : null}
                {worthOf(lift, n)}. → {step}
              </span>
            </span>
            <strong>{demoted ? '–' : formatMoney(own, { currency })}</strong>
          </li>
        ))}
      </ul>
    </>
  );
}

const worthOf = (lift: number | null, n: number): string =>
  lift === null
    ? 'nothing like it has come to an end yet, so what it costs is unknown'
    : `won ${formatRatio(lift)} as often as like ones, n = ${n.toLocaleString('en')}`;
