'use client';
import { Chip } from '#components/chip.tsx';
import { ChoiceList } from '#components/choice-list.tsx';
import { DaySlider } from '#components/day-slider.tsx';
import { formatDay } from '#components/format.ts';
import type { BarProps, SetParams } from './bar-props.ts';
import { dayOf, isPast } from './view.ts';

/** From which day one looks, and with what was known when. */
export function AsOf({ view, offer, set }: BarProps & { set: SetParams }) {
  const day = dayOf(view, offer);
  const setDay = (asOf: string) => set({ asOf: asOf === offer.today ? null : asOf });
  const known = offer.loads.find(({ knownAt }) => knownAt === view.knownAt);
  return (
    <Chip
      name="As of"
      value={
        isPast(view)
          ? `${formatDay(day)}, ${knownInWords(view.knownAt, known?.label)}`
          : formatDay(day)
      }
      isSet={isPast(view)}
      onClear={isPast(view) ? () => set({ asOf: null, knownAt: null }) : undefined}
      clearLabel="Back to now"
    >
      <div className="bar-choice">
        <DaySlider
          label="As of the end of"
          from={offer.firstDay}
          to={offer.today}
          value={day}
          onChange={setDay}
        />
        <p className="bar-head">With what was known</p>
        <ChoiceList
          label="With what was known"
          items={[
            { id: 'now', label: 'Now' },
            ...offer.loads.map(({ knownAt, label }) => ({ id: knownAt, label })),
          ]}
          chosen={view.knownAt ?? 'now'}
          onChoose={(id) => set({ knownAt: id === 'now' ? null : id })}
        />
      </div>
    </Chip>
  );
}

function knownInWords(knownAt: string | undefined, load: string | undefined): string {
  if (!knownAt) return 'as known now';
  return `as known ${load ? `at ${load}` : `on ${formatDay(knownAt)}`}`;
}
