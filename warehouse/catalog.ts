import type { Unit } from './answers.ts';
import type { Dimension, Metric } from './definitions.ts';
import { dimensions } from './dimensions.ts';
import { metrics } from './metrics/index.ts';

export interface Catalog {
  metrics: {
    name: string;
    label: string;
    unit: Unit;
    meaning: string;
    formula: string;
    additive: boolean;
    source: string;
    version: number;
  }[];
  dimensions: { name: string; label: string; meaning: string }[];
  risks: [];
  forecasts: [];
}

/** Names, labels and meanings of everything that can be asked. */
export function catalog(): Catalog {
  return {
    metrics: Object.entries<Metric>(metrics).map(
      ([name, { label, unit, meaning, formula, additive, source, version }]) => ({
        name,
        label,
        unit,
        meaning,
        formula,
        additive,
        source,
        version,
      }),
    ),
    dimensions: Object.entries<Dimension>(dimensions).map(([name, { label, meaning }]) => ({
      name,
      label,
      meaning,
    })),
    risks: [],
    forecasts: [],
  };
}
