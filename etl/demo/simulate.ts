import { type Account, living, segmentAt } from './accounts.ts';
import { rateAt } from './climate.ts';
import type { Company } from './company.ts';
import { makeId } from './ids.ts';
import { insert, type Opportunity, stateAt } from './life.ts';
import {
  creationSeason,
  industries,
  newBusiness,
  type Pipeline,
  products,
  renewal,
  segments,
  teams,
} from './market.ts';
import { leadSources } from './names.ts';
import { holder } from './people.ts';
import { live, type Birth } from './process.ts';
import { at, createRandom, exp, type Random } from './random.ts';
import { driedUp, importedWithoutCurrency, sizeFactor } from './stories.ts';
import { day, dayOf, monthOf, officeTime, week } from './time.ts';

/** New opportunities in an ordinary week of the first year. */
const perWeek = 37;
const growthPerYear = 0.05;

/** All opportunities that are created before the horizon, each with its whole life, in order of creation. */
export function simulate(company: Company): Opportunity[] {
  const all = [...backlog(company), ...oldCustomers(company)];
  for (let i = 0; company.plan.start + i * week < company.plan.horizon; i++)
    all.push(...createWeek(company, i));
  for (let i = 0; i < all.length; i++) {
    const next = maybeRenew(company, at(all, i));
    if (next) all.push(next);
  }
  const kept = all.filter((o) => o.createdAt < company.plan.horizon);
  for (const o of kept) followMerge(company, o);
  return kept.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
}

/** Opportunities of a merged account move to the one that is left. */
function followMerge({ people }: Company, o: Opportunity): void {
  const { copyOf, mergedAt } = o.account;
  if (copyOf && mergedAt > o.createdAt && mergedAt < Infinity)
    insert(o, { at: mergedAt, by: people.chief.id, changes: { account: copyOf.id } });
}

function createWeek(company: Company, index: number): Opportunity[] {
  const { plan } = company;
  const from = plan.start + index * week;
  const random = createRandom(plan.seed, 'inflow', index);
  const mean =
    perWeek *
    plan.scale *
    at(creationSeason, monthOf(from)) *
    company.climate(from) *
    (1 + (growthPerYear * index) / 52) *
    random.logNormal(0.08);
  const count = random.poisson(mean);
  return Array.from({ length: count }, (_, n) => createNew(company, `${index}.${n}`, from)).filter(
    (o) => o !== null,
  );
}

function createNew(company: Company, key: string, from: number): Opportunity | null {
  const random = createRandom(company.plan.seed, 'new', key);
  const createdAt = officeTime(random, from + day / 24, 7);
  const account = chooseAccount(company, random, createdAt);
  if (
    driedUp(company.stories, account.region, createdAt, createRandom(company.plan.seed, 'dry', key))
  )
    return null;
  const entry = random.next();
  return bear(company, {
    key,
    account,
    pipeline: newBusiness,
    createdAt,
    random,
    stage: entry < 0.8 ? 0 : entry < 0.94 ? 1 : 2,
  });
}

/** What was open when the CRM was introduced, typed in during its first two weeks. */
function backlog(company: Company): Opportunity[] {
  return Array.from({ length: Math.round(330 * company.plan.scale) }, (_, n) => {
    const random = createRandom(company.plan.seed, 'backlog', n);
    const createdAt = officeTime(random, company.plan.start + day / 24, 12);
    return bear(company, {
      key: `b.${n}`,
      account: chooseAccount(company, random, createdAt),
      pipeline: newBusiness,
      createdAt,
      random,
      stage: random.int(5),
    });
  });
}

/** Renewals of contracts from before the CRM. */
function oldCustomers(company: Company): Opportunity[] {
  return Array.from({ length: Math.round(660 * company.plan.scale) }, (_, n) => {
    const random = createRandom(company.plan.seed, 'old customer', n);
    const createdAt = officeTime(random, company.plan.start + random.int(285) * day + day / 24);
    return bear(company, {
      key: `o.${n}`,
      account: chooseAccount(company, random, createdAt),
      pipeline: renewal,
      createdAt,
      random,
      stage: 0,
      closeOn: dayOf(createdAt) + 80 * day,
    });
  });
}

/** The next contract of a won one is prepared 80 days before the old one ends. */
function maybeRenew(company: Company, old: Opportunity): Opportunity | null {
  if (old.closedAt === null || old.wonEuro <= 0) return null;
  const random = createRandom(company.plan.seed, 'renewal', old.key);
  const createdAt = officeTime(random, dayOf(old.closedAt) + 285 * day + day / 24);
  if (!random.chance(0.72) || createdAt >= company.plan.horizon) return null;
  const account = living(old.account, createdAt);
  if (
    driedUp(
      company.stories,
      account.region,
      createdAt,
      createRandom(company.plan.seed, 'dry renewal', old.key),
    )
  )
    return null;
  const last = stateAt(old, Infinity)?.amount ?? 0;
  const amount = Math.round((last * exp(0.03 + 0.1 * random.normal())) / 5_000) * 5_000;
  return bear(company, {
    key: `${old.key}r`,
    account,
    pipeline: renewal,
    createdAt,
    random,
    stage: 0,
    closeOn: dayOf(old.closedAt) + 365 * day,
    amount,
    old,
  });
}

interface Conception {
  key: string;
  account: Account;
  pipeline: Pipeline;
  createdAt: number;
  random: Random;
  stage: number;
  closeOn?: number;
  amount?: number;
  old?: Opportunity;
}

function bear(company: Company, c: Conception): Opportunity {
  const { random, createdAt, account } = c;
  const isNew = c.pipeline === newBusiness;
  const seat = random.chance(0.92)
    ? account.seat
    : random.pick(company.people.seats.filter((s) => s.team === account.seat.team));
  const product = c.old?.product ?? products.indexOf(random.weighted(products, (p) => p.weight));
  const currency = c.old?.currency ?? at(teams, account.team).currency;
  const amount = c.amount ?? firstAmount(company, c, currency);
  const source = c.key.startsWith('b.') ? 'Import' : isNew ? random.pick(leadSources) : 'Customer';
  const o: Opportunity = {
    key: c.key,
    account,
    seat,
    createdAt,
    product,
    currency,
    pipeline: c.pipeline,
    id: makeId('opportunity', company.plan.seed, c.key),
    name: `${account.name} – ${at(products, product).name}${isNew ? '' : ` renewal ${new Date(c.closeOn ?? createdAt).getUTCFullYear()}`}`,
    createdBy: holder(seat, createdAt).id,
    currencyLost: isNew && importedWithoutCurrency(company.stories, createdAt),
    type: isNew ? (random.chance(0.3) ? 'Existing customer' : 'New customer') : 'Renewal',
    leadSource: source,
    fromLead: isNew && source !== 'Import' && random.chance(0.45),
    lines: makeLines(random, product, amount, c.old),
    happenings: [],
    efforts: [],
    closedAt: null,
    wonEuro: 0,
    renews: c.old ?? null,
    vanishedAt: Infinity,
  };
  const birth: Birth = {
    stage: c.stage,
    amount: isNew && c.stage === 0 && random.chance(0.12) ? null : amount,
    closeOn: c.closeOn ?? null,
  };
  live(company, o, birth);
  noteValue(company, o);
  return o;
}

/** The value in euro and the instant of a win, which quotas, calls and renewals follow. */
export function noteValue(company: Company, o: Opportunity): void {
  const last = stateAt(o, Infinity);
  o.wonEuro =
    last?.stage === 'won' && !last.deleted && o.closedAt !== null
      ? (last.amount ?? 0) / 100 / rateAt(company.rates, o.currency, o.closedAt)
      : 0;
}

function chooseAccount(company: Company, random: Random, when: number): Account {
  for (;;) {
    const seat = random.weighted(company.people.seats, (s) => at(teams, s.team).weight);
    const list = at(company.accounts.bySeat, seat.index);
    const known = firstAfter(list, when);
    if (known) return living(at(list, random.int(known)), when);
  }
}

/** How many accounts of a list exist at an instant. */
function firstAfter(list: Account[], when: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(list, middle).createdAt < when) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstAmount(company: Company, c: Conception, currency: string): number {
  const segment = at(segments, segmentAt(c.account, c.createdAt));
  const spread = Math.max(-2.2, Math.min(2.2, c.random.normal()));
  const euro =
    segment.median *
    at(industries, c.account.industry).size *
    sizeFactor(company.stories, c.account.industry, c.createdAt) *
    exp(0.55 * spread);
  return Math.max(
    50_000,
    Math.round((euro * rateAt(company.rates, currency, c.createdAt)) / 50) * 5_000,
  );
}

/** The main product and up to three others; weights are cents that add up to the first amount. */
function makeLines(
  random: Random,
  product: number,
  amount: number,
  old: Opportunity | undefined,
): Opportunity['lines'] {
  const others = old
    ? old.lines.slice(1).map((line) => line.index)
    : Array.from({ length: random.int(4) }, () => random.int(products.length)).filter(
        (index) => index !== product,
      );
  const indexes = [...new Set([product, ...others])];
  let left = amount;
  return indexes.map((index, i) => {
    const weight =
      i === indexes.length - 1
        ? left
        : Math.round(
            (left * (i === 0 ? random.between(0.5, 0.8) : random.between(0.3, 0.6))) / 100,
          ) * 100;
    left -= weight;
    return { index, weight, quantity: 1 + random.int(12) };
  });
}
