import type { Unit } from './answers.ts';
import type { Dimension, Metric, Risk } from './definitions.ts';
import { dimensions } from './dimensions.ts';
import { forecasts } from './forecasts/index.ts';
import { metrics } from './metrics/index.ts';
import { risks } from './risks/index.ts';

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
  risks: {
    name: string;
    label: string;
    meaning: string;
    limit: string;
    learned: boolean;
    source: string;
    version: number;
  }[];
  forecasts: { name: string; label: string; meaning: string; source: string; version: number }[];
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
    risks: Object.entries<Risk>(risks).map(
      ([name, { label, meaning, limit, source, version }]) => ({
        name,
        label,
        meaning,
        limit: limit.words,
        learned: limit.from === 'learned',
        source,
        version,
      }),
    ),
    forecasts: Object.entries(forecasts).map(([name, definition]) => ({ name, ...definition })),
  };
}
