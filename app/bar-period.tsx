'use client';
import { useState } from 'react';
import type { BarProps } from './bar-props.ts';
import { periodInWords } from './words.ts';

/** Fiscal quarters by year, newest first, with the years themselves; or any days. */
export function PeriodChoice({
  offer,
  chosen,
  onChoose,
}: {
  offer: BarProps['offer'];
  chosen: string;
  onChoose: (period: string) => void;
}) {
  const years = [...new Set(offer.periods.map((period) => period.slice(0, 4)))].reverse();
  return (
    <div className="bar-choice">
      <div className="periods">
        {years.map((year) => (
          <div key={year} className="periods-year">
            <Choose period={year} chosen={chosen} onChoose={onChoose} text={year} />
            {['Q1', 'Q2', 'Q3', 'Q4'].map((quarter) => {
              const period = `${year}-${quarter}`;
              if (!offer.periods.includes(period)) return <span key={quarter} />;
              return (
                <Choose
                  key={quarter}
                  period={period}
                  chosen={chosen}
                  onChoose={onChoose}
                  text={quarter}
                  isCurrent={period === offer.currentPeriod}
                />
              );
            })}
          </div>
        ))}
        <Choose period="all" chosen={chosen} onChoose={onChoose} text="All periods" />
      </div>
      <Days chosen={chosen} onChoose={onChoose} />
    </div>
  );
}

function Choose({
  period,
  chosen,
  onChoose,
  text,
  isCurrent = false,
}: {
  period: string;
  chosen: string;
  onChoose: (period: string) => void;
  text: string;
  isCurrent?: boolean;
}) {
  return (
    <button
      type="button"
      className="period"
      aria-pressed={period === chosen}
      aria-label={`${periodInWords(period)}${isCurrent ? ', the current one' : ''}`}
      data-current={isCurrent || undefined}
      onClick={() => onChoose(period)}
    >
      {text}
    </button>
  );
}

function Days({ chosen, onChoose }: { chosen: string; onChoose: (period: string) => void }) {
  const [first = '', last = ''] = chosen.includes('..') ? chosen.split('..') : [];
  const [from, setFrom] = useState(first);
  const [to, setTo] = useState(last);
  const isWhole = from !== '' && to !== '' && from <= to;
  return (
    <form
      className="bar-date"
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole) onChoose(`${from}..${to}`);
      }}
    >
      <label>
        From <input type="date" value={from} onChange={({ target }) => setFrom(target.value)} />
      </label>
      <label>
        to <input type="date" value={to} onChange={({ target }) => setTo(target.value)} />
      </label>
      <button type="submit" disabled={!isWhole}>
        Show
      </button>
    </form>
  );
}
