import type { AccountImage } from '#warehouse/account-answer.ts';
import type { Row } from '#warehouse/answers.ts';
import { fromCents, toCents } from '#warehouse/cents.ts';
import { formatDay, formatMoney } from '#components/format.ts';
import type { Level, TimelineLane, Tone } from '#components/timeline-layout.ts';

const most = 24;

const timeOf = (day: unknown): number => Date.parse(String(day));

/** From the first thing known of the account until the as-of instant. */
export function spanOf({ asOf, opportunities, leads, activities }: AccountImage) {
  const to = Date.parse(asOf);
  const starts = [
    ...opportunities.map(({ createdOn }) => timeOf(createdOn)),
    ...leads.map(({ createdAt }) => timeOf(createdAt)),
    ...activities.map(({ startsAt, doneAt, dueOn }) => timeOf(startsAt ?? doneAt ?? dueOn)),
  ].filter((time) => time < to);
  return { from: Math.min(...starts, to - 86_400_000), to };
}

/** From lead to sale: leads, opportunities from creation to their end, what was won in all, and activities. */
export function lanesOf(account: AccountImage): TimelineLane[] {
  const { leads, activities, opportunities } = account;
  const to = Date.parse(account.asOf);
  const largest = [...opportunities]
    .sort((a, b) => Number(b.amount ?? 0) - Number(a.amount ?? 0))
    .slice(0, most)
    .sort((a, b) => timeOf(a.createdOn) - timeOf(b.createdOn));
  const left = opportunities.length - largest.length;
  return [
    {
      kind: 'squares',
      title: 'Leads',
      note: 'filled when they became an opportunity',
      moments: leads.flatMap(({ name, createdAt, convertedAt, opportunityName }) =>
        createdAt
          ? [
              {
                at: Date.parse(createdAt),
                filled: convertedAt !== null,
                tone: 'plain' as const,
                tip: [
                  `Lead ${name ?? ''} of ${formatDay(createdAt)}`,
                  convertedAt
                    ? `became ${opportunityName ?? 'a customer'} on ${formatDay(convertedAt)}`
                    : 'has become nothing yet',
                ],
              },
            ]
          : [],
      ),
    },
    {
      kind: 'promises',
      title: 'Opportunities',
      note: `from creation to their end${left ? `; the largest ${most} of ${opportunities.length}` : ''}`,
      stretches: largest.map((row) => ({
        from: timeOf(row.createdOn),
        to: row.outcome === 'open' ? to : Math.max(timeOf(row.createdOn), timeOf(row.closeOn)),
        text: String(row.name),
        tone: tones[String(row.outcome)] ?? 'faint',
        tip: [String(row.name), saidOf(row, account.currency)],
      })),
    },
    { kind: 'levels', title: 'Won in all', levels: wonSoFar(opportunities, account) },
    {
      kind: 'dots',
      title: 'Activities',
      moments: activities.flatMap(({ subject, kind, doneAt, startsAt, dueOn, done }) => {
        const at = doneAt ?? startsAt ?? dueOn;
        if (!at) return [];
        const tip = [subject ?? kind, `${done ? 'done' : 'planned'} ${formatDay(at)}`];
        return [{ at: Date.parse(at), filled: done, tone: 'plain' as const, tip }];
      }),
    },
  ];
}

const tones: Record<string, Tone> = { won: 'won', lost: 'lost', withdrawn: 'lost', open: 'accent' };

function saidOf({ outcome, amount, closeOn }: Row, currency: string): string {
  const value = amount === null ? 'no amount' : formatMoney(String(amount), { currency });
  const day = closeOn ? formatDay(String(closeOn)) : 'no date';
  return outcome === 'open' ? `open, ${value}, expected ${day}` : `${outcome} ${day}, ${value}`;
}

/** The sum of what was won, one step at each winning. */
function wonSoFar(opportunities: Row[], { asOf, currency }: AccountImage): Level[] {
  const won = opportunities
    .filter(({ outcome, amount, closeOn }) => outcome === 'won' && amount !== null && closeOn)
    .sort((a, b) => String(a.closeOn).localeCompare(String(b.closeOn)));
  let cents = 0n;
  return won.map((row, i) => {
    cents += toCents(String(row.amount));
    const sum = fromCents(cents);
    const text = formatMoney(sum, { currency });
    const next = won[i + 1];
    return {
      from: timeOf(row.closeOn),
      to: next ? timeOf(next.closeOn) : Date.parse(asOf),
      text,
      tone: 'won',
      value: Number(sum),
      tip: [`${text} in all`, `since ${String(row.name)}`],
    };
  });
}
