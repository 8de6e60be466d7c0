/** Words of many rows, as places in a list of them. */
export interface CodedColumn {
  codes: Uint8Array | Uint16Array | Uint32Array | Int32Array;
  words: (string | null)[];
}

/** Many rows by columns; numbers that are not known are NaN. */
export interface CrossTable {
  length: number;
  coded: Record<string, CodedColumn>;
  numbers: Record<string, Float64Array>;
}

/** From, to; both count. */
export type Range = readonly [number, number];

/** What is picked: of a coded column some places, of a number a range. None of a column is all of it. */
export interface Picks {
  codes: Record<string, number[]>;
  ranges: Record<string, Range>;
}

export const noPicks: Picks = { codes: {}, ranges: {} };

export interface Crossed {
  /** By column and place: what passes the picks of all other columns. */
  groups: Record<string, { counts: Uint32Array; sums: Float64Array }>;
  /** One bit for each pick that a row fails; 0 passes all. */
  fails: Uint32Array;
  /** The bit of each column that has a pick. */
  bits: Record<string, number>;
  count: number;
  sum: number;
}

/**
 * Counts and sums of each column's groups under the picks of the others, and of all rows under all picks: one pass for
 * each pick and each column over plain arrays, so that 50,000 rows take about a millisecond. `sum` is of the column
 * `measure`, in whole units (cents) for exact sums.
 */
export function cross(
  table: CrossTable,
  measure: string,
  picks: Picks,
  columns: string[] = Object.keys(table.coded),
): Crossed {
  const fails = new Uint32Array(table.length);
  const bits = mark(table, picks, fails);
  const values = numbersOf(table, measure);
  const groups = Object.fromEntries(
    columns.map((name) => [name, group(codedOf(table, name), values, fails, bits[name] ?? 0)]),
  );
  let count = 0;
  let sum = 0;
  for (let row = 0; row < fails.length; row++)
    if (fails[row] === 0) {
      count++;
      sum += known(values[row]);
    }
  return { groups, fails, bits, count, sum };
}

const known = (value: number | undefined): number =>
  value === undefined || Number.isNaN(value) ? 0 : value;

const mostPicks = 32;

function mark(table: CrossTable, { codes, ranges }: Picks, fails: Uint32Array) {
  const names = [
    ...Object.keys(codes).filter((name) => codes[name]?.length),
    ...Object.keys(ranges),
  ];
  if (names.length > mostPicks)
    throw new RangeError(`${names.length} picks at once; at most ${mostPicks}`);
  const bits: Record<string, number> = {};
  names.forEach((name, i) => {
    const bit = (1 << i) >>> 0;
    bits[name] = bit;
    const range = ranges[name];
    if (range) markRange(numbersOf(table, name), range, bit, fails);
    else markCodes(codedOf(table, name), codes[name] ?? [], bit, fails);
  });
  return bits;
}

function markRange(values: Float64Array, [from, to]: Range, bit: number, fails: Uint32Array) {
  for (let row = 0; row < fails.length; row++) {
    const value = values[row] as number;
    if (!(value >= from && value <= to)) fails[row] = (fails[row] as number) | bit;
  }
}

function markCodes(
  { codes, words }: CodedColumn,
  picked: number[],
  bit: number,
  fails: Uint32Array,
) {
  const passes = new Uint8Array(words.length);
  for (const code of picked) passes[code] = 1;
  for (let row = 0; row < fails.length; row++)
    if (passes[codes[row] as number] === 0) fails[row] = (fails[row] as number) | bit;
}

function group(
  { codes, words }: CodedColumn,
  values: Float64Array,
  fails: Uint32Array,
  own: number,
) {
  const counts = new Uint32Array(words.length);
  const sums = new Float64Array(words.length);
  const others = ~own;
  for (let row = 0; row < fails.length; row++) {
    if (((fails[row] as number) & others) !== 0) continue;
    const code = codes[row] as number;
    counts[code] = (counts[code] as number) + 1;
    sums[code] = (sums[code] as number) + known(values[row]);
  }
  return { counts, sums };
}

/** The rows that pass, largest by a number first; rows without it come last, equal ones as they stand. */
export function largest(table: CrossTable, by: string, { fails }: Crossed, most: number): number[] {
  const values = numbersOf(table, by);
  const at = (row: number) => {
    const value = values[row] as number;
    return Number.isNaN(value) ? -Infinity : value;
  };
  const top: number[] = [];
  for (let row = 0; row < table.length; row++) {
    if (fails[row] !== 0) continue;
    const last = top.at(-1);
    if (top.length === most && last !== undefined && at(row) <= at(last)) continue;
    let i = top.length;
    while (i > 0 && at(top[i - 1] as number) < at(row)) i--;
    top.splice(i, 0, row);
    if (top.length > most) top.pop();
  }
  return top;
}

export function numbersOf(table: CrossTable, name: string): Float64Array {
  const values = table.numbers[name];
  if (!values) throw new RangeError(`no column of numbers "${name}"`);
  return values;
}

export function codedOf(table: CrossTable, name: string): CodedColumn {
  const column = table.coded[name];
  if (!column) throw new RangeError(`no coded column "${name}"`);
  return column;
}
