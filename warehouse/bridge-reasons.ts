import type { Difference } from './bridge-shares.ts';
import type { Metric } from './definitions.ts';
import type { Question } from './question.ts';
import { bars } from './waterfall-bars.ts';
import type { Stretch } from './waterfall-lives.ts';

/** Why an opportunity adds something else, in words. */
export const reasonLabels: Record<string, string> = {
  ...Object.fromEntries(Object.entries(bars).map(([name, { label }]) => [name, label])),
  onlyTo: 'counted by the second only',
  onlyFrom: 'counted by the first only',
  valuedOtherwise: 'valued otherwise',
  entered: 'entered',
  left: 'left',
  revalued: 'the same at another rate',
  recorded: 'recorded otherwise than the question now answers',
  lateRow: 'Became known later',
  unsaid: 'No longer held to have existed then',
  deleted: 'Deleted',
  merged: 'Merged',
  restored: 'Restored',
  backDatedStage: 'Back-dated stage',
  backDatedAmount: 'Back-dated amount',
  backDatedCloseDate: 'Back-dated close date',
  backDatedHistory: 'Back-dated history',
  backDatedName: 'Renamed in hindsight',
  closedAmount: 'Amount edited after closing',
  closedOwner: 'Given to another salesman after closing',
  handedOver: 'Handed over since',
  reclosed: 'Closed otherwise since',
  accountMerged: 'Account merged',
  reowned: 'Given to another salesman in hindsight',
  reorganised: 'Re-organisation',
  reclassified: 'Re-classified',
  transferred: 'Transferred',
  pushed: 'Close date pushed',
  pulled: 'Close date pulled',
  timePassed: 'The day passed its close date',
  raised: 'Amount raised',
  cut: 'Amount cut',
  probability: 'Stage or typed probability changed',
  learned: 'Rate or learned probability changed',
  created: 'Created',
  settled: 'First credible amount, or its rate',
  rate: 'Exchange rate',
  quota: 'Quota',
};

type State = Stretch | undefined;

const isGone = (state: State): boolean => state?.isDeleted === true || state?.mergedInto != null;
const goneAs = (state: State): string => (state?.mergedInto != null ? 'merged' : 'deleted');
const differ = (a: State, b: State, names: string[]): string | undefined =>
  names.find((name) => a?.[name] !== b?.[name]);

const owners = ['salesman', 'team', 'director'];
const fields = [
  'pipeline',
  'account',
  'industry',
  'region',
  'segment',
  'category',
  'leadSource',
  'type',
  'stage',
  'name',
];

/** Why what is known now of an instant differs from what was known of it before. */
export function knowledgeReason(a: State, b: State): string | null {
  if (!a || !b) return b ? 'lateRow' : a ? 'unsaid' : null;
  if (isGone(a) !== isGone(b)) return isGone(b) ? goneAs(b) : 'restored';
  if (a.outcome !== b.outcome) return 'backDatedStage';
  if (differ(a, b, ['amount', 'currency'])) return 'backDatedAmount';
  if (a.closeOn !== b.closeOn) return 'backDatedCloseDate';
  if (a.salesmanId !== b.salesmanId) return 'reowned';
  if (differ(a, b, ['team', 'director'])) return 'reorganised';
  return differ(a, b, fields) ? 'reclassified' : null;
}

/** The reason of a difference that only knowledge makes; where the states agree the history or the weights do not. */
export function knownReason(metric: Metric, [a, b]: Sides, { was, is }: Difference): string {
  if (metric.from === 'quota') return 'quota';
  const [came, stayed] = [was === null || is === null, was !== null && is !== null];
  const reason = knowledgeReason(a, b);
  if (reason && !(stayed && ['reclassified', 'reowned', 'reorganised'].includes(reason)))
    return reason;
  if (came) return metric.from === 'open' ? 'reclassified' : 'backDatedHistory';
  return unsaidReason(metric);
}

type Sides = [before: State, after: State];

/** The reason of a difference that time makes, from an earlier state to a later one. */
export function timeReason(
  metric: Metric,
  question: Question,
  sides: Sides,
  d: Difference,
): string {
  const [a, b] = sides;
  if (metric.from === 'quota') return 'quota';
  if (d.was !== null && d.is !== null) return changeReason(metric, a, b, d);
  if (metric.from === 'open') return moveReason(question, a, b);
  if (isGone(a) !== isGone(b)) return isGone(b) ? goneAs(b) : 'restored';
  if (metric.from === 'creation') return d.is !== null && !a ? 'created' : 'reclassified';
  if (a && a.outcome === b?.outcome) return 'reclassified';
  return b?.outcome === 'open' ? 'reopened' : String(b?.outcome ?? 'reclassified');
}

function changeReason(metric: Metric, a: State, b: State, { delta }: Difference): string {
  if (differ(a, b, ['amount', 'currency'])) return delta > 0n ? 'raised' : 'cut';
  const weighted = metric.from === 'open' && metric.share !== 'money';
  if (weighted && differ(a, b, ['stage', 'pipeline', 'probability'])) return 'probability';
  return unsaidReason(metric);
}

/** What remains when an opportunity itself has not changed. */
function unsaidReason({ from, share }: Metric): string {
  if (from === 'creation') return 'settled';
  return from === 'open' && share !== 'money' ? 'learned' : 'rate';
}

function moveReason({ query }: Question, a: State, b: State): string {
  if (!a) return 'new';
  if (isGone(b)) return goneAs(b);
  if (isGone(a)) return 'restored';
  if (b && b.outcome !== 'open') return String(b.outcome);
  if (a.outcome !== 'open') return 'reopened';
  const filtered = Object.keys(query.where);
  const asked = (names: string[]) => names.filter((name) => filtered.includes(name));
  if (!a.isSeen || !b?.isSeen || differ(a, b, asked(owners))) return 'transferred';
  if (differ(a, b, asked(fields))) return 'reclassified';
  if (a.closeOn === b.closeOn) return 'timePassed';
  return String(b.closeOn ?? '9999') > String(a.closeOn ?? '9999') ? 'pushed' : 'pulled';
}
