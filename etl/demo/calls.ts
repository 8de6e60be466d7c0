import type { Company } from './company.ts';
import type { Cell, ExportFile } from './csv.ts';
import { moneyText } from './csv.ts';
import { makeId } from './ids.ts';
import { type Opportunity, stateAt } from './life.ts';
import { holder, type Person } from './people.ts';
import { createRandom, exp } from './random.ts';
import { dayText, hour, instantText, quarterStart, week, weeksLeft } from './time.ts';

/** What a salesman says in some week that he will win in the running quarter, in euro. */
export interface Call {
  person: Person;
  quarter: number;
  at: number;
  euro: number;
}

/**
 * Weekly calls of everybody. People know more than their CRM shows: a call is what will really be won, blurred by an
 * error that shrinks to the end of the quarter, and by each one's own bias.
 */
export function makeCalls(company: Company, lives: Opportunity[]): Call[] {
  const { plan, people } = company;
  const wins = winsBySalesman(lives);
  const calls: Call[] = [];
  for (let monday = plan.start; monday + 15 * hour <= plan.cut; monday += week)
    for (const seat of people.seats) {
      const person = holder(seat, monday);
      if (person.leftAt > monday && person.hiredAt <= monday)
        calls.push(
          makeCall(
            company,
            person,
            monday + 15 * hour,
            wins.get(`${person.id} ${quarterStart(monday)}`) ?? [],
          ),
        );
    }
  return calls;
}

interface Win {
  at: number;
  euro: number;
}

function winsBySalesman(lives: Opportunity[]): Map<string, Win[]> {
  const wins = new Map<string, Win[]>();
  for (const o of lives) {
    if (o.closedAt === null || o.wonEuro <= 0) continue;
    const key = `${stateAt(o, o.closedAt)?.owner} ${quarterStart(o.closedAt)}`;
    wins.set(key, [...(wins.get(key) ?? []), { at: o.closedAt, euro: o.wonEuro }]);
  }
  return wins;
}

/** A salesman without any win still hopes for one. */
const hope = 20_000;

function makeCall({ plan, stories }: Company, person: Person, when: number, wins: Win[]): Call {
  const random = createRandom(plan.seed, 'call', person.id, when);
  const sum = (list: Win[]) => list.reduce((total, win) => total + win.euro, 0);
  const done = sum(wins.filter((win) => win.at <= when));
  const story = stories && person === stories.optimist.person ? stories.optimist.factor : 1;
  const blur = 0.3 * Math.sqrt(Math.max(0, weeksLeft(when)) / 13) * random.normal();
  const euro = Math.max(done, Math.max(sum(wins), hope) * story * exp(person.callBias + blur));
  return { person, quarter: quarterStart(when), at: when, euro: Math.round(euro / 500) * 500 };
}

/** The calls as a custom object; the Salesforce preset does not load it. */
export function callFile(calls: Call[]): ExportFile {
  const rows = calls.map((call): Cell[] => [
    makeId('call', call.person.id, call.at),
    call.person.id,
    dayText(call.quarter),
    moneyText(call.euro * 100),
    'EUR',
    instantText(call.at),
  ]);
  return {
    name: 'Forecast_Call__c.csv',
    columns: ['Id', 'OwnerId', 'Period_Start__c', 'Amount__c', 'CurrencyIsoCode', 'CreatedDate'],
    rows,
  };
}
