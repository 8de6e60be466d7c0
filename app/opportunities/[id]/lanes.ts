import type { OpportunityLife, Version } from '#warehouse/opportunity-answer.ts';
import { formatDay, formatMoney } from '#components/format.ts';
import type { Stretch, TimelineLane, Tone } from '#components/timeline-layout.ts';

const day = 86_400_000;

/** From its creation to the later of now and the last date that was promised. */
export function spanOf(life: OpportunityLife): { from: number; to: number } {
  const times = [
    Date.parse(life.asOf),
    ...life.versions.flatMap(({ validFrom, closeOn }) => [
      Date.parse(validFrom),
      ...(closeOn ? [Date.parse(closeOn)] : []),
    ]),
  ];
  const from = Math.min(...times);
  return { from, to: Math.max(...times, from + day) };
}

/** Stage, amount, promised close dates and activities of a life, as lanes of a picture. */
export function lanesOf(life: OpportunityLife): TimelineLane[] {
  const end = Date.parse(life.asOf);
  const versions = life.versions.filter(({ validFrom }) => Date.parse(validFrom) <= end);
  return [
    { kind: 'blocks', title: 'Stage', stretches: stagesOf(versions, end) },
    {
      kind: 'blocks',
      title: 'Salesman',
      stretches: runs(versions, end, ({ salesman }) => salesman).map(
        ({ from, to, version }, i) => ({
          from,
          to,
          text: version.salesman ?? 'nobody',
          tone: version.salesman ? 'step' : 'none',
          level: 1 + (i % 2),
          tip: [
            `${version.salesman ?? 'nobody'}${version.team ? `, ${version.team}` : ''}`,
            since(version),
          ],
        }),
      ),
    },
    {
      kind: 'levels',
      title: 'Amount',
      levels: runs(versions, end, ({ amount }) => amount).map(({ from, to, version }) => {
        const text =
          version.amount === null
            ? 'unknown'
            : formatMoney(version.amount, { currency: version.currency ?? '' });
        const value = version.amount === null ? null : Number(version.amount);
        return { from, to, text, tone: 'accent', value, tip: [text, since(version)] };
      }),
    },
    {
      kind: 'promises',
      title: 'Promised close date',
      note: 'from the day it was said to the day it spoke of',
      stretches: runs(versions, end, ({ closeOn }) => closeOn).flatMap(
        ({ from, version: { closeOn, validFrom } }) => {
          if (!closeOn) return [];
          const to = Math.max(from, Date.parse(closeOn));
          const tip = [`${formatDay(closeOn)} expected`, `said ${formatDay(validFrom)}`];
          return [{ from, to, text: formatDay(closeOn), tone: 'plain' as const, tip }];
        },
      ),
    },
    {
      kind: 'dots',
      title: 'Activities',
      moments: life.activities.flatMap(({ subject, kind, doneAt, startsAt, dueOn, done }) => {
        const at = doneAt ?? startsAt ?? dueOn;
        if (!at) return [];
        const tip = [subject ?? kind, `${done ? 'done' : 'planned'} ${formatDay(at)}`];
        return [{ at: Date.parse(at), filled: done, tone: 'plain' as const, tip }];
      }),
    },
  ];
}

interface Run {
  from: number;
  to: number;
  version: Version;
}

/** Stretches during which a value stayed. */
function runs(versions: Version[], end: number, read: (version: Version) => unknown): Run[] {
  const starts = versions.filter((version, i) => {
    const before = versions[i - 1];
    return before === undefined || read(before) !== read(version);
  });
  return starts.map((version, i) => ({
    from: Date.parse(version.validFrom),
    to: Date.parse(starts[i + 1]?.validFrom ?? new Date(end).toISOString()),
    version,
  }));
}

function stagesOf(versions: Version[], end: number): Stretch[] {
  const all = runs(
    versions,
    end,
    ({ stage, outcome, isDeleted }) => `${stage}/${outcome}/${isDeleted}`,
  );
  return all.map(({ from, to, version }, i) => ({
    from,
    to,
    text: version.isDeleted ? 'deleted' : (version.stage ?? 'unknown'),
    tone: toneOf(version),
    level: Math.min(5, i + 1),
    tip: [version.stage ?? 'unknown', since(version)],
  }));
}

const since = ({ validFrom }: Version): string => `since ${formatDay(validFrom)}`;

function toneOf({ outcome, isDeleted, stage }: Version): Tone {
  if (isDeleted) return 'faint';
  if (outcome === 'won') return 'won';
  if (outcome !== 'open') return 'lost';
  return stage === null ? 'none' : 'step';
}
