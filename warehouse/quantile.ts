/** The value below which the share `at` of the values lies, by straight lines between them, as `quantile_cont`. */
export function quantile(values: readonly number[], at: number): number {
  if (!values.length) throw new RangeError('A quantile of no values');
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * at;
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (above - below) * (place - Math.floor(place));
}
