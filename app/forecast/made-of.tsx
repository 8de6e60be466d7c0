import type { ForecastAnswer } from '#warehouse/forecasts/answer.ts';
import { formatMoney } from '#components/format.ts';
import { fromCents, toCents } from '#warehouse/cents.ts';
import { Figure } from '../figure.tsx';

interface Part {
  name: 'won' | 'existing' | 'new';
  label: string;
  note: string;
}

const parts: Part[] = [
  { name: 'won', label: 'Already won', note: 'certain' },
  {
    name: 'existing',
    label: 'From what is open',
    note: 'each opportunity by its chance to be won in the period',
  },
  {
    name: 'new',
    label: 'Not there yet',
    note: 'created and won before the period ends, as in the past',
  },
];

/** Of what the mean of a forecast is made, and what it lacks to the target; the parts add up to it. */
export function MadeOf({
  found,
  hrefOf,
}: {
  found: ForecastAnswer;
  hrefOf: (metric: string) => string;
}) {
  const { currency, mean, target } = found;
  if (mean === null) return <p className="empty">{found.abstains}</p>;
  const share = (value: string | null) =>
    Number(mean) > 0 ? Math.max(0, Math.min(1, Number(value) / Number(mean))) : 0;
  return (
    <dl className="parts">
      {parts.map(({ name, label, note }) => (
        <div key={name}>
          <dt>
            {label}
            <span className="aside">{note}</span>
          </dt>
          <dd>
            {found[name] === null ? (
              '–'
            ) : name === 'won' ? (
              <Figure
                value={found.won}
                unit="money"
                currency={currency}
                label={label}
                href={hrefOf('wonValue')}
              />
            ) : (
              formatMoney(found[name], { currency })
            )}
            <span
              className="part"
              aria-hidden="true"
              data-part={name}
              style={{ width: `${share(found[name]) * 100}%` }}
            />
          </dd>
        </div>
      ))}
      <div data-sum>
        <dt>
          Mean
          <span className="aside">what it brings on average; half of the cases lie below P50</span>
        </dt>
        <dd>{formatMoney(mean, { currency })}</dd>
      </div>
      {target === null ? null : (
        <div>
          <dt>
            Target<span className="aside">{lacking(mean, target, currency)}</span>
          </dt>
          <dd>
            <Figure
              value={target}
              unit="money"
              currency={currency}
              label="Target"
              href={hrefOf('quota')}
            />
          </dd>
        </div>
      )}
    </dl>
  );
}

function lacking(mean: string, target: string, currency: string): string {
  const short = toCents(target) - toCents(mean);
  const apart = formatMoney(fromCents(short < 0n ? -short : short), { currency });
  return `${apart} ${short < 0n ? 'less' : 'more'} than the mean`;
}
