import type { Past } from './model.ts';

export interface Place {
  pipeline: string;
  stage: string;
  /** Fortnights left in the window. */
  span: number;
}

/** How often like opportunities were won in their window: by stage and time left. */
export interface Expectation {
  chance(place: Place): number;
}

interface Count {
  n: number;
  won: number;
}

/** How many opportunities of the wider group a cell is drawn to it by. */
const pull = 8;

/**
 * Shares won by pipeline, stage and fortnights left, each drawn to the wider group by κ = 8: cell → stage → pipeline
 * and fortnights → all. A stage never seen takes the share of its pipeline at the same time left.
 */
export function expectationOf(
  past: Pick<Past, 'pipeline' | 'stage' | 'span' | 'n' | 'won'>,
): Expectation {
  const counts = new Map<string, Count>();
  const add = (key: string, n: number, won: number) => {
    const count = counts.get(key) ?? { n: 0, won: 0 };
    counts.set(key, { n: count.n + n, won: count.won + won });
  };
  for (const [i, n] of past.n.entries()) {
    const [pipeline = '', stage = '', span = 0, won = 0] = [
      past.pipeline[i],
      past.stage[i],
      past.span[i],
      past.won[i],
    ];
    for (const key of keysOf({ pipeline, stage, span })) add(key, n, won);
  }
  const kept = new Map<string, number>();
  return {
    chance: (place) => {
      const keys = keysOf(place);
      const name = keys.at(-1) as string;
      const known = kept.get(name);
      if (known !== undefined) return known;
      const chance = keys.reduce((wider, key) => {
        const { n, won } = counts.get(key) ?? { n: 0, won: 0 };
        return (won + pull * wider) / (n + pull);
      }, 0.5);
      kept.set(name, chance);
      return chance;
    },
  };
}

const keysOf = ({ pipeline, stage, span }: Place): string[] => [
  'all',
  `span\t${pipeline}\t${span}`,
  `stage\t${pipeline}\t${stage}`,
  `cell\t${pipeline}\t${stage}\t${span}`,
];
