'use client';
import { useEffect, useState } from 'react';
import { Chip } from '#components/chip.tsx';
import { ChoiceList } from '#components/choice-list.tsx';
import { formatDay } from '#components/format.ts';
import { AsOf } from './bar-as-of.tsx';
import { Fields, Scope } from './bar-filters.tsx';
import type { BarProps } from './bar-props.ts';
import { PeriodChoice } from './bar-period.tsx';
import { useGo } from './navigation.tsx';
import { hrefOf } from './view.ts';
import { periodInWords } from './words.ts';

/** The filters of every page: what is looked at, as of when, beside what. All of it is in the address. */
export function Bar(props: BarProps) {
  const { path, params, view, offer } = props;
  const go = useGo();
  const [isOpen, setIsOpen] = useState(false);
  const set = (changes: Record<string, string | string[] | null>) =>
    go(hrefOf(path, params, { ...changes, from: null }));
  const chosen = Object.keys(view.where).length + (view.asOf || view.knownAt ? 1 : 0);
  return (
    <div className="filterbar" data-open={isOpen || undefined}>
      <button
        type="button"
        className="bar-toggle"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        Filters{chosen ? ` (${chosen})` : ''}
      </button>
      <fieldset className="bar-chips">
        <legend className="hidden">Filters</legend>
        <Chip name="Period" value={periodInWords(view.period)}>
          {(close) => (
            <PeriodChoice
              offer={offer}
              chosen={view.period}
              onChoose={(period) => {
                close();
                set({ period });
              }}
            />
          )}
        </Chip>
        <Scope {...props} set={set} />
        <Fields {...props} set={set} />
        <AsOf {...props} set={set} />
        <Chip name="Compare" value={compareInWords(view.compare)}>
          {(close) => (
            <CompareChoice
              chosen={view.compare}
              offer={offer}
              onChoose={(compare) => {
                close();
                set({ compare: compare === 'load' ? null : compare });
              }}
            />
          )}
        </Chip>
        <span className="bar-space" />
        <Chip name={view.currency ?? offer.currency} value={`${view.rate} rates`}>
          <p className="bar-head">Currency of display</p>
          <ChoiceList
            label="Currency"
            items={offer.currencies.map((id) => ({ id, label: id }))}
            chosen={view.currency ?? offer.currency}
            onChoose={(id) => set({ in: id === offer.currency ? null : id })}
          />
          <p className="bar-head">Exchange rates</p>
          <ChoiceList
            label="Exchange rates"
            items={rateItems}
            chosen={view.rate}
            onChoose={(id) => set({ rate: id === 'plan' ? null : id })}
          />
        </Chip>
        <PaletteButton />
      </fieldset>
    </div>
  );
}

const rateItems = [
  { id: 'plan', label: 'Plan rates', note: 'fixed for the fiscal year' },
  { id: 'as-of', label: 'As-of rates', note: 'of the as-of day' },
  { id: 'close', label: 'Close rates', note: 'of the close day; closed business only' },
];

const compareItems = [
  { id: 'load', label: 'the load before' },
  { id: 'week', label: 'a week before' },
  { id: 'start', label: 'start of the period' },
  { id: 'year', label: 'a year before' },
];

const compareInWords = (compare: string): string =>
  compareItems.find(({ id }) => id === compare)?.label ?? formatDay(compare);

function CompareChoice({
  chosen,
  offer,
  onChoose,
}: {
  chosen: string;
  offer: BarProps['offer'];
  onChoose: (compare: string) => void;
}) {
  return (
    <div className="bar-choice">
      <ChoiceList label="Compare with" items={compareItems} chosen={chosen} onChoose={onChoose} />
      <label className="bar-date">
        or a day
        <input
          type="date"
          min={offer.firstDay}
          max={offer.today}
          defaultValue={/^\d/.test(chosen) ? chosen : ''}
          onChange={({ target: { value } }) => {
            if (value >= offer.firstDay && value <= offer.today) onChoose(value);
          }}
        />
      </label>
    </div>
  );
}

/** The palette listens for this event, so that the button needs no wire to it. */
export const openPalette = 'plumbline:palette';

function PaletteButton() {
  const [isMac, setIsMac] = useState(false);
  useEffect(() => setIsMac(navigator.userAgent.includes('Mac')), []);
  return (
    <button
      type="button"
      className="bar-palette"
      aria-label="Go to anything"
      onClick={() => window.dispatchEvent(new Event(openPalette))}
    >
      {isMac ? '⌘K' : 'Ctrl K'}
    </button>
  );
}
