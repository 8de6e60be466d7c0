import { at, createRandom, type Random } from './random.ts';
import { makeId } from './ids.ts';
import { industries, segments, teams } from './market.ts';
import { companyHeads, companyTails, firstNames, lastNames, legalForms, titles } from './names.ts';
import type { Plan } from './plan.ts';
import type { Seat } from './people.ts';
import { day, officeTime } from './time.ts';

export interface Account {
  id: string;
  index: number;
  name: string;
  team: number;
  seat: Seat;
  region: string;
  country: string;
  industry: number;
  segment: number;
  createdAt: number;
  parent: Account | null;
  /** The segment from some day on, for customers that grew. */
  grew: { at: number; segment: number } | null;
  /** A copy of another account, merged into it at some instant (never: Infinity). */
  copyOf: Account | null;
  mergedAt: number;
  contacts: Contact[];
}

export interface Contact {
  id: string;
  name: string;
  title: string;
  email: string;
  phone: string;
  createdAt: number;
}

export interface Accounts {
  all: Account[];
  /** By seat, in order of creation. */
  bySeat: Account[][];
}

/** The customers of the company: two thirds known when the CRM came, the others found steadily since. */
export function findAccounts(plan: Plan, seats: Seat[]): Accounts {
  const atStart = Math.round(2000 * plan.scale);
  const gap = (1461 * day) / (1000 * plan.scale);
  const count = atStart + Math.ceil((plan.horizon - plan.start) / gap);
  const all: Account[] = [];
  for (let i = 0; i < count; i++) {
    const random = createRandom(plan.seed, 'account', i);
    const createdAt =
      i < atStart
        ? plan.start - random.int(1500) * day - 40_000_000
        : officeTime(random, plan.start + (i - atStart) * gap, 1);
    const original = i >= atStart && random.chance(0.03) ? all[random.int(i - 1)] : undefined;
    all.push(
      original && !original.copyOf
        ? copyAccount(plan, original, i, createdAt, random)
        : makeAccount(plan, seats, i, createdAt, random),
    );
    const parent = all[random.int(i + 1)];
    const own = at(all, i);
    if (
      parent &&
      parent !== own &&
      !parent.copyOf &&
      !own.copyOf &&
      random.chance(0.06) &&
      parent.region === own.region
    )
      own.parent = parent;
  }
  tellApart(all);
  const bySeat = seats.map((): Account[] => []);
  for (const account of [...all].sort((a, b) => a.createdAt - b.createdAt || a.index - b.index))
    at(bySeat, account.seat.index).push(account);
  return { all, bySeat };
}

/** Names met twice by chance get a number; only copies share a name. */
function tellApart(all: Account[]): void {
  const met = new Map<string, number>();
  for (const account of all) {
    const { copyOf, name } = account;
    if (copyOf) {
      account.name = name === name.toUpperCase() ? copyOf.name.toUpperCase() : copyOf.name;
      continue;
    }
    const times = (met.get(name.toLowerCase()) ?? 0) + 1;
    met.set(name.toLowerCase(), times);
    if (times > 1) account.name = `${name} ${times}`;
  }
}

function makeAccount(
  plan: Plan,
  seats: Seat[],
  index: number,
  createdAt: number,
  random: Random,
): Account {
  const seat = random.weighted(seats, (s) => at(teams, s.team).weight);
  const team = at(teams, seat.team);
  const name = `${random.pick(companyHeads)}${random.chance(0.5) ? ' ' : ''}${random.pick(companyTails)} ${random.pick(legalForms[team.region] ?? [])}`;
  const segment = segments.indexOf(random.weighted(segments, (s) => s.weight));
  const account: Account = {
    id: makeId('account', plan.seed, index),
    index,
    seat,
    createdAt,
    segment,
    name:
      index % 7 === 3
        ? `${name}, ${random.pick(team.countries)}`
        : `${name} ${romans[index % 5]}`.trim(),
    team: seat.team,
    region: team.region,
    country: random.pick(team.countries),
    industry: industries.indexOf(random.weighted(industries, (i) => i.weight)),
    parent: null,
    grew:
      segment < 2 && random.chance(0.03)
        ? { at: plan.start + random.int(1400) * day, segment: segment + 1 }
        : null,
    copyOf: null,
    mergedAt: Infinity,
    contacts: [],
  };
  account.contacts = makeContacts(plan, account);
  return account;
}

const romans = ['', 'II', '', 'Holding', ''] as const;

function copyAccount(
  plan: Plan,
  original: Account,
  index: number,
  createdAt: number,
  random: Random,
): Account {
  const copy: Account = {
    ...original,
    id: makeId('account', plan.seed, index),
    index,
    createdAt,
    name: random.chance(0.5) ? original.name.toUpperCase() : original.name,
    parent: null,
    grew: null,
    copyOf: original,
    mergedAt: random.chance(0.6)
      ? officeTime(random, createdAt + (40 + random.int(250)) * day)
      : Infinity,
  };
  copy.contacts = makeContacts(plan, copy);
  return copy;
}

function makeContacts(plan: Plan, account: Account): Contact[] {
  return Array.from(
    { length: 1 + createRandom(plan.seed, 'contacts', account.index).int(3) },
    (_, i) => {
      const random = createRandom(plan.seed, 'contact', account.index, i);
      const [first, last] = [random.pick(firstNames), random.pick(lastNames)];
      return {
        id: makeId('contact', plan.seed, account.index, i),
        name: `${first} ${last}`,
        title: random.pick(titles),
        email: `${plain(first)}.${plain(last)}@${plain(account.name).slice(0, 14)}.example`,
        phone: `+${30 + random.int(60)} ${10 + random.int(90)} ${100_000 + random.int(900_000)}`,
        createdAt: account.createdAt + (i === 0 ? 60_000 : random.int(200) * day),
      };
    },
  );
}

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');

/** The account that lives on at an instant. */
export const living = (account: Account, when: number): Account =>
  account.copyOf && account.mergedAt <= when ? account.copyOf : account;
export const segmentAt = (account: Account, when: number): number =>
  account.grew && account.grew.at <= when ? account.grew.segment : account.segment;
