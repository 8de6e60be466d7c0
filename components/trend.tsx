/** Stacked areas over time: one band per name, the first at the bottom. */
export interface TrendPoint {
  at: string;
  values: number[];
}

const width = 720;
const height = 220;
const right = 110;
const left = 44;
const bottom = 22;

export function Trend({
  names,
  points,
  format,
  summary,
}: {
  names: string[];
  points: TrendPoint[];
  format: (value: number) => string;
  summary: string;
}) {
  const sums = points.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const top = niceTop(Math.max(1, ...sums));
  const x = (i: number) => left + (i / Math.max(1, points.length - 1)) * (width - left - right);
  const y = (value: number) => 8 + (1 - value / top) * (height - bottom - 8);
  const bands = stack(names, points);
  return (
    <svg className="trend" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={summary}>
      {[0, 0.5, 1].map((part) => (
        <g key={part}>
          <line
            className="grid-line"
            x1={left}
            x2={width - right}
            y1={y(top * part)}
            y2={y(top * part)}
          />
          <text x={left - 6} y={y(top * part) + 4} textAnchor="end">
            {part === 0 ? '0' : format(top * part)}
          </text>
        </g>
      ))}
      {bands.map(({ name, from, to }, i) => (
        <path
          key={name}
          className="band"
          data-level={levelOf(i, names.length)}
          d={area(from, to, x, y)}
        />
      ))}
      {labelsOf(bands, y).map(({ name, at }) => (
        <text key={name} x={width - right + 8} y={at}>
          {name}
        </text>
      ))}
      {yearStarts(points).map(({ i, text }) => (
        <text key={text} x={x(i)} y={height - 4} textAnchor="middle">
          {text}
        </text>
      ))}
    </svg>
  );
}

interface Band {
  name: string;
  from: number[];
  to: number[];
}

function stack(names: string[], points: TrendPoint[]): Band[] {
  let below = points.map(() => 0);
  return names.map((name, n) => {
    const from = below;
    below = points.map(({ values }, i) => (from[i] ?? 0) + (values[n] ?? 0));
    return { name, from, to: below };
  });
}

type Scale = (value: number) => number;

function area(from: number[], to: number[], x: Scale, y: Scale): string {
  const round = (value: number) => Math.round(value * 10) / 10;
  const upper = to.map((value, i) => `${round(x(i))},${round(y(value))}`);
  const lower = from.map((value, i) => `${round(x(i))},${round(y(value))}`).reverse();
  return `M${[...upper, ...lower].join('L')}Z`;
}

/** Names at the ends of their bands; a band too thin for its name has none. */
function labelsOf(bands: Band[], y: Scale): { name: string; at: number }[] {
  return bands.flatMap(({ name, from, to }) => {
    const [low, high] = [y(from.at(-1) ?? 0), y(to.at(-1) ?? 0)];
    return low - high < 11 ? [] : [{ name, at: (low + high) / 2 + 4 }];
  });
}

const yearStarts = (points: TrendPoint[]): { i: number; text: string }[] =>
  points.flatMap(({ at }, i) => {
    const before = points[i - 1]?.at ?? at;
    return before.slice(0, 4) === at.slice(0, 4) ? [] : [{ i, text: at.slice(0, 4) }];
  });

function niceTop(largest: number): number {
  const size = 10 ** Math.floor(Math.log10(largest));
  return [1, 2, 4, 5, 10].map((step) => step * size).find((step) => step >= largest) ?? largest;
}

const levelOf = (i: number, count: number): number =>
  count < 2 ? 5 : 1 + Math.round((i / (count - 1)) * 4);
