/** Words that server and browser share. */

/** `all` and quarters in words. */
export const periodInWords = (period: string): string => {
  if (period === 'all') return 'all periods';
  const [from, to] = period.split('..');
  if (from && to) return `${from} to ${to}`;
  return period.replace(/^(\d{4})-(Q\d)$/, '$2 $1').replace(/^(\d{4})-(\d{2})$/, monthInWords);
};

const monthInWords = (_: string, year: string, month: string): string =>
  new Date(Date.UTC(Number(year), Number(month) - 1, 1)).toLocaleString('en', {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });

interface Asked {
  period?: string | undefined;
  asOf?: string | undefined;
  knownAt?: string | undefined;
  rate?: string | undefined;
  where?: Record<string, (string | null)[]> | undefined;
}

/** What a picture or a print that left the page must still say of itself. */
export function circumstanceOf({ period = 'all', asOf, knownAt, where = {}, rate }: Asked): string {
  const filters = Object.entries(where).map(
    ([name, values]) =>
      `${dimensionLabels[name] ?? name}: ${values.map((value) => value ?? 'none').join(', ')}`,
  );
  return [
    periodInWords(period),
    asOf ? `as of ${asOf}` : 'as of the newest extract',
    knownAt ? `known at ${knownAt}` : 'as known now',
    `${rate ?? 'plan'} rates`,
    ...filters,
  ].join(' · ');
}

/** Dimensions as people call them. */
export const dimensionLabels: Record<string, string> = {
  stage: 'Stage',
  pipeline: 'Pipeline',
  salesman: 'Salesman',
  team: 'Team',
  director: 'Director',
  account: 'Account',
  industry: 'Industry',
  region: 'Region',
  segment: 'Segment',
  product: 'Product',
  leadSource: 'Lead source',
  type: 'Type',
  category: 'Category',
  currency: 'Currency',
  createdMonth: 'Month of creation',
  createdQuarter: 'Quarter of creation',
  closeMonth: 'Month of closing',
  closeQuarter: 'Quarter of closing',
  fiscalYear: 'Fiscal year',
  ageBand: 'Age',
  sizeBand: 'Size',
};
