/** Bars on a ramp, light to dark, each with two estimates: a hollow and a solid dot. */
export interface Bar {
  label: string;
  href: string;
  value: number;
  hollow: number | null;
  solid: number | null;
  /** Words at the end of the bar. */
  note: string;
}

/** One row per bar; the numbers are in the table twin beside it. */
export function Bars({ bars, summary }: { bars: Bar[]; summary: string }) {
  const largest = Math.max(1, ...bars.map(({ value }) => value));
  const share = (value: number) => `${Math.min(100, (value / largest) * 100)}%`;
  return (
    <figure className="bars" aria-label={summary}>
      {bars.map((bar, i) => (
        <a className="bar" key={bar.label} href={bar.href}>
          <span className="bar-label">{bar.label}</span>
          <span className="bar-track">
            <span
              className="bar-fill"
              data-level={levelOf(i, bars.length)}
              style={{ width: share(bar.value) }}
            />
            <Dot at={bar.hollow} share={share} kind="hollow" />
            <Dot at={bar.solid} share={share} kind="solid" />
          </span>
          <span className="bar-note">{bar.note}</span>
        </a>
      ))}
    </figure>
  );
}

function Dot({
  at,
  share,
  kind,
}: {
  at: number | null;
  share: (value: number) => string;
  kind: 'hollow' | 'solid';
}) {
  if (at === null) return null;
  return <span className={`dot dot-${kind}`} style={{ left: share(at) }} />;
}

const levelOf = (i: number, count: number): number =>
  count < 2 ? 3 : 1 + Math.round((i / (count - 1)) * 4);
