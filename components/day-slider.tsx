'use client';
import { useEffect, useState } from 'react';
import {
  Button,
  Label,
  Slider,
  SliderOutput,
  SliderThumb,
  SliderTrack,
} from 'react-aria-components';
import { formatDay } from './format.ts';
import styles from './day-slider.module.css';

const day = 86_400_000;
const numberOf = (text: string): number => Math.round(Date.parse(`${text}T00:00:00Z`) / day);
const dayOf = (number: number): string => new Date(number * day).toISOString().slice(0, 10);

/** A day of a stretch, by hand, by keys, week by week or as a date; told when the hand lets go. */
export function DaySlider({
  label,
  from,
  to,
  value,
  onChange,
}: {
  label: string;
  /** `YYYY-MM-DD`, both included. */
  from: string;
  to: string;
  value: string;
  onChange: (day: string) => void;
}) {
  const [moving, setMoving] = useState<number | null>(null);
  const shown = moving ?? numberOf(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was asked for has come, or something else was
  useEffect(() => setMoving(null), [value]);
  const settle = (number: number) => {
    setMoving(number);
    if (dayOf(number) !== value) onChange(dayOf(number));
  };
  const by = (days: number) =>
    settle(Math.min(numberOf(to), Math.max(numberOf(from), shown + days)));
  return (
    <div className={styles.whole}>
      <Slider
        className={styles.slider}
        minValue={numberOf(from)}
        maxValue={numberOf(to)}
        value={shown}
        onChange={setMoving}
        onChangeEnd={settle}
      >
        <Label className={styles.label}>{label}</Label>
        <SliderOutput className={styles.output}>{formatDay(dayOf(shown))}</SliderOutput>
        <SliderTrack className={styles.track}>
          {({ state }) => (
            <>
              <span
                className={styles.fill}
                style={{ width: `${state.getThumbPercent(0) * 100}%` }}
              />
              <SliderThumb className={styles.thumb} />
            </>
          )}
        </SliderTrack>
      </Slider>
      <div className={styles.steps}>
        <Button aria-label="A week earlier" onPress={() => by(-7)}>
          −7 d
        </Button>
        <input
          className={styles.date}
          type="date"
          aria-label={`${label}, as a date`}
          min={from}
          max={to}
          value={dayOf(shown)}
          onChange={({ target }) => {
            if (target.value >= from && target.value <= to) settle(numberOf(target.value));
          }}
        />
        <Button aria-label="A week later" onPress={() => by(7)}>
          +7 d
        </Button>
      </div>
    </div>
  );
}
