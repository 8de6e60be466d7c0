import { orphans } from './export-activities.ts';
import type { Book } from './book.ts';
import type { Clone } from './clones.ts';
import type { BrokenPlace } from './csv.ts';
import { movedTeam, renamed, teams, directors } from './market.ts';
import { at } from './random.ts';
import type { Rewrite } from './rewrites.ts';
import { tellStories } from './stories.ts';
import { day, dayText, instantText, monthEnd } from './time.ts';

/** All that was planted, with days and sizes; the product never reads it. */
export function tellTruth(
  book: Book,
  told: { clones: Clone[]; rewrites: Rewrite[]; broken: BrokenPlace[] },
): Record<string, unknown> {
  const { plan, company } = book;
  const stories = company.stories && {
    ...tellStories(company.stories),
    clones: told.clones.map((clone) => ({ ...clone, at: instantText(clone.at) })),
    rewrites: told.rewrites,
  };
  return {
    seed: plan.seed,
    today: dayText(plan.cut),
    firstToday: plan.today,
    scale: plan.scale,
    stories,
    quirks: tellQuirks(book, told.broken),
  };
}

function tellQuirks(book: Book, broken: BrokenPlace[]): Record<string, unknown> {
  const { plan, company, opportunities } = book;
  const copies = company.accounts.all.filter(
    (account) => account.copyOf && account.createdAt <= plan.cut,
  );
  return {
    broken,
    impossibleProbability: [...book.impossible].sort(),
    softDeleted: opportunities.filter(({ state }) => state.deleted).length,
    shortIds: ['OpportunityHistory.OpportunityId', 'Task.WhatId'],
    byteOrderMark: ['Contact.csv'],
    carriageReturns: ['OpportunityFieldHistory.csv'],
    monthEndCloseDates: opportunities.filter(
      ({ state }) => typeof state.stage === 'number' && state.closeOn === monthEnd(state.closeOn),
    ).length,
    renamedStage: { ...renamed, on: dayText(plan.renamedOn) },
    reorganisation: {
      on: dayText(plan.reorganisedOn),
      team: at(teams, movedTeam.team).name,
      to: at(directors, movedTeam.director),
      salesmen: company.people.seats
        .filter((seat) => seat.team !== seat.teamLater)
        .map((seat) => ({
          seat: seat.index,
          from: at(teams, seat.team).name,
          to: at(teams, seat.teamLater).name,
        })),
    },
    duplicateAccounts: copies.filter((account) => account.mergedAt > plan.cut).length,
    mergedAccounts:
      copies.filter((account) => account.mergedAt <= plan.cut).length +
      [...book.merged.values()].filter((merge) => merge.at <= plan.cut).length,
    orphanTasks: orphans(book),
    allDayEvents: book.activities.filter((activity) => activity.allDay).length,
    extracts: {
      snapshotsOn: [plan.start, plan.midwayOn, plan.reorganisedOn, plan.cut - (plan.cut % day)].map(
        dayText,
      ),
    },
  };
}
