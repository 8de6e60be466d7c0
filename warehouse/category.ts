/** As of when and as known when the dictionary is read; at each week's end where there are weeks. Naive UTC. */
interface Dictionary {
  asOf: string;
  knownAt: string | null;
  weeks?: number | undefined;
}

/** The rows whose category is told: by which name they go in the statement, and whether none of them is closed. */
export interface CategoryRows {
  row?: string;
  areOpen?: boolean;
}

/**
 * The effective forecast category: that of the source, else that of the stage in the dictionary of the as-of instant,
 * its own pipeline's first; closed ones without any are Closed or Omitted. Speaks of the columns of any facts.
 */
export function effectiveCategory(dictionary: Dictionary, rows: CategoryRows = {}): string {
  const of = (column: string) => (rows.row ? `${rows.row}.${column}` : column);
  const week = dictionary.weeks ? `${of('week')}::varchar || chr(31) || ` : '';
  const key = (pipeline: string) => `${week}${pipeline} || chr(31) || ${of('stage')}`;
  const closed = `case when ${of('outcome')} = 'won' then 'Closed' when ${of('outcome')} in ('lost', 'withdrawn') then 'Omitted' end`;
  return `coalesce(${of('category')}, ${mapOf(dictionary)}[${key(`coalesce(${of('pipeline')}, '')`)}], ${mapOf(dictionary)}[${key(`''`)}]${rows.areOpen ? '' : `, ${closed}`})`;
}

/** The dictionary as one map, read once for all rows; at each week's end where there are weeks. */
function mapOf({ asOf, knownAt, weeks }: Dictionary): string {
  const within = (at: string, name: string) => `${name}_from <= ${at} and ${at} < ${name}_to`;
  const known = knownAt === null ? `known_to = 'infinity'` : within(instant(knownAt), 'known');
  const valid = within(weeks ? 'w.until' : instant(asOf), 's.valid');
  const key = `${weeks ? `w.week::varchar || chr(31) || ` : ''}s.pipeline || chr(31) || s.label`;
  return `(select map(list(${key}), list(s.category)) from stage_version s ${weeks ? 'join week w on' : 'where'} ${valid} and ${known} and s.category is not null)`;
}

/** Instants are settled before: digits, dashes and colons only. */
function instant(text: string): string {
  if (!/^[\d :.-]+$/.test(text)) throw new TypeError(`"${text}" is not an instant`);
  return `timestamp '${text}'`;
}

/** What the categories of all sources mean, by their letters; Commit is Salesforce's Forecast. */
const classes: Record<string, string[]> = {
  commit: ['commit', 'committed', 'forecast'],
  likely: ['mostlikely'],
  best: ['bestcase', 'best', 'upside'],
  omitted: ['omitted', 'omit', 'notforecasted'],
  closed: ['closed', 'closedwon', 'won'],
};

/** The class of a category: `commit`, `likely`, `best`, `omitted`, `closed`, else `pipeline`. */
export function categoryClass(category: string): string {
  const letters = `regexp_replace(lower(${category}), '[^a-z]', '', 'g')`;
  const cases = Object.entries(classes).map(
    ([name, words]) =>
      `when ${letters} in (${words.map((w) => `'${w}'`).join(', ')}) then '${name}'`,
  );
  return `case ${cases.join(' ')} else 'pipeline' end`;
}
