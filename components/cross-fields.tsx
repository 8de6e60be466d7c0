'use client';
import type { Range } from './cross.ts';
import type { Axis } from './cross-area.ts';
import styles from './crossfilter.module.css';

type Ranges = Record<string, Range>;

/** The ends of ranges as fields: what the brush does, for the keyboard and to the unit. Empty is without end. */
export function CrossFields({
  axes,
  ranges,
  onChange,
}: {
  axes: Axis[];
  ranges: Ranges;
  onChange: (ranges: Ranges) => void;
}) {
  return (
    <div className={styles.fields}>
      {axes.map((axis) => (
        <fieldset key={axis.name}>
          <legend>{axis.title}</legend>
          <Field axis={axis} end={0} ranges={ranges} onChange={onChange} />
          <Field axis={axis} end={1} ranges={ranges} onChange={onChange} />
        </fieldset>
      ))}
    </div>
  );
}

interface FieldProps {
  axis: Axis;
  end: 0 | 1;
  ranges: Ranges;
  onChange: (ranges: Ranges) => void;
}

function Field({ axis, end, ranges, onChange }: FieldProps) {
  const shown = textOf(ranges[axis.name]?.[end], axis);
  const settle = (text: string) => {
    if (text === shown) return;
    const next = changed(ranges, { axis, end, text });
    if (next) onChange(next);
  };
  return (
    <label>
      {end ? 'to' : 'from'}
      <input
        key={shown}
        type="text"
        inputMode="numeric"
        aria-label={`${axis.title} ${end ? 'to' : 'from'}`}
        defaultValue={shown}
        onBlur={(event) => settle(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') settle(event.currentTarget.value);
        }}
      />
    </label>
  );
}

const textOf = (value: number | undefined, { scale }: Axis): string =>
  value === undefined || !Number.isFinite(value) ? '' : String(Math.round(value / scale));

/** Null when the text is no number. */
function changed(
  ranges: Ranges,
  { axis, end, text }: { axis: Axis; end: 0 | 1; text: string },
): Ranges | null {
  const plain = text.replace(/[\s,]/g, '');
  const value = plain === '' ? (end ? Infinity : -Infinity) : Number(plain) * axis.scale;
  if (Number.isNaN(value)) return null;
  const { [axis.name]: old = [-Infinity, Infinity] as const, ...rest } = ranges;
  const range: Range = end ? [old[0], value] : [value, old[1]];
  return range[0] === -Infinity && range[1] === Infinity ? rest : { ...rest, [axis.name]: range };
}
