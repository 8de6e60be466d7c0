import type { RiskItem } from '#warehouse/risks/answer.ts';
import { fromCents, toCents } from '#warehouse/cents.ts';

/** What is at stake with each salesman, most first, and the rule that says most of it. */
export function bySalesman(items: RiskItem[]) {
  return [...grouped(items, ({ salesman }) => salesman)]
    .map(([salesman, mine]) => ({
      salesman,
      count: mine.length,
      money: sumOf(mine.map(({ money }) => money)),
      reason: mostly(mine),
    }))
    .sort((a, b) => Number(b.money) - Number(a.money));
}

const sumOf = (amounts: string[]): string =>
  fromCents(amounts.reduce((sum, amount) => sum + toCents(amount), 0n));

function mostly(items: RiskItem[]): string | null {
  const flags = grouped(
    items.flatMap((item) => item.flags),
    ({ label }) => label,
  );
  const [first] = [...flags]
    .map(([label, mine]) => ({ label, money: Number(sumOf(mine.map(({ money }) => money))) }))
    .sort((a, b) => b.money - a.money);
  return first && first.money > 0 ? first.label : null;
}

function grouped<T, K>(items: T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
