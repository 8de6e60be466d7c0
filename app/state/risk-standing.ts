import type { Evidence, Mark, Risk } from './marks.ts';

/** A risk that holds now, with what it shows. */
export interface PresentRisk extends Risk {
  evidence: Evidence;
}

/** How a risk stands for one person. */
export interface RiskStanding extends Risk {
  /** Snoozed by this person, and neither has the day come nor has it changed; null: to be shown. */
  hidden: { since: string; untilOn: string | null } | null;
  /** Who said last that he knows of it; `hasGrown`: there is more to it than he saw. */
  acknowledged: { author: string; at: string; hasGrown: boolean } | null;
  /** Whose matter it is. */
  salesman: string | null;
  comments: { author: string; at: string; comment: string }[];
}

/** Who looks, and on which day of the reporting zone. */
export interface Looking {
  viewer: string;
  day: string;
}

/**
 * How the risks that hold stand by the marks made about them. A snooze hides a risk from its author only, until its
 * day, or without a day until the evidence is another; when the evidence has grown it comes back in any case.
 * An acknowledgement hides nothing.
 */
export function standOf(present: PresentRisk[], marks: Mark[], looking: Looking): RiskStanding[] {
  const made = new Map<string, Mark[]>();
  for (const each of marks) made.set(keyOf(each), [...(made.get(keyOf(each)) ?? []), each]);
  return present.map((risk) => standOfOne(risk, made.get(keyOf(risk)) ?? [], looking));
}

/** The risks that are hidden from a person. */
export const hiddenRisks = (
  present: PresentRisk[],
  marks: Mark[],
  looking: Looking,
): RiskStanding[] => standOf(present, marks, looking).filter(({ hidden }) => hidden !== null);

const keyOf = ({ rule, opportunity }: Risk): string => JSON.stringify([rule, opportunity]);

function standOfOne(
  { rule, opportunity, evidence }: PresentRisk,
  marks: Mark[],
  { viewer, day }: Looking,
): RiskStanding {
  const last = (actions: Mark['action'][], by?: string) =>
    marks.findLast(({ action, author }) => actions.includes(action) && (by ?? author) === author);
  const acknowledged = last(['acknowledge']);
  const snoozed = last(['snooze', 'show'], viewer);
  return {
    rule,
    opportunity,
    hidden:
      snoozed && isAsleep(snoozed, evidence, day)
        ? { since: snoozed.at, untilOn: snoozed.untilOn }
        : null,
    acknowledged: acknowledged
      ? {
          author: acknowledged.author,
          at: acknowledged.at,
          hasGrown: evidence.size > (acknowledged.evidence?.size ?? 0),
        }
      : null,
    salesman: last(['assign'])?.salesman ?? null,
    comments: marks.flatMap(({ author, at, comment }) =>
      comment === null ? [] : [{ author, at, comment }],
    ),
  };
}

function isAsleep({ action, untilOn, evidence: seen }: Mark, now: Evidence, day: string): boolean {
  if (action !== 'snooze' || !seen || now.size > seen.size) return false;
  return untilOn === null ? now.hash === seen.hash : day < untilOn;
}
