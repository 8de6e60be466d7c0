import type { Cell, Row } from '#warehouse/answers.ts';

/** Weeks of an answer by stage as series from the first stage up, in the order of the dictionary. */
export function trendOf(
  rows: Row[],
  { stages, metric }: { stages: (string | null)[]; metric: string },
): { series: { name: string }[]; points: { on: string; values: string[] }[] } {
  const seen = new Set(rows.map(({ stage }) => stage));
  const shown = [...stages.filter((stage) => stage !== null), null].filter((stage) =>
    seen.has(stage),
  );
  const weeks = new Map<string, Map<Cell, Cell>>();
  for (const { week, stage = null, [metric]: value = null } of rows) {
    const values = weeks.get(String(week)) ?? new Map<Cell, Cell>();
    weeks.set(String(week), values.set(stage, value));
  }
  return {
    series: shown.map((stage) => ({ name: stage ?? 'none' })),
    points: [...weeks].map(([on, values]) => ({
      on,
      values: shown.map((stage) => String(values.get(stage) ?? '0')),
    })),
  };
}
