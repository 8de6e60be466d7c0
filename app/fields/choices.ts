import type { DimensionName } from '#warehouse/dimensions.ts';
import type { GridMeasure } from '#warehouse/field-grid.ts';
import type { ShownUnit } from '#components/format.ts';
import { one, type Params } from '../view.ts';
import { dimensionLabels } from '../words.ts';

/** What may be taken apart: fields of business first, then whoever sells. */
export const fieldNames = [
  'industry',
  'region',
  'segment',
  'product',
  'leadSource',
  'type',
  'pipeline',
  'team',
  'director',
  'currency',
  'createdQuarter',
] as const satisfies DimensionName[];

export type FieldName = (typeof fieldNames)[number];

type Tone = 'won' | 'lost' | 'accent';

const better = { above: 'won', below: 'lost' } as const;
const worse = { above: 'lost', below: 'won' } as const;
/** Pipeline that was created is neither won nor lost yet. */
const early = { above: 'accent', below: 'lost' } as const;

interface MeasureWords {
  label: string;
  unit: ShownUnit;
  /** The quarter by which it is followed. */
  quarter: 'closeQuarter' | 'createdQuarter';
  /** Numbers of parts add up to that of the whole. */
  isAdditive: boolean;
  /** What more and less of it look like. */
  tones: { above: Tone; below: Tone };
  /** What counts how many speak. */
  of: string;
}

export const measures: Record<GridMeasure, MeasureWords> = {
  winRate: {
    label: 'Win rate',
    unit: 'ratio',
    quarter: 'closeQuarter',
    isAdditive: false,
    tones: better,
    of: 'closings',
  },
  averageWonSize: {
    label: 'Average won size',
    unit: 'money',
    quarter: 'closeQuarter',
    isAdditive: false,
    tones: better,
    of: 'wins',
  },
  daysToClose: {
    label: 'Days to close',
    unit: 'days',
    quarter: 'closeQuarter',
    isAdditive: false,
    tones: worse,
    of: 'wins',
  },
  createdCount: {
    label: 'Created opportunities',
    unit: 'count',
    quarter: 'createdQuarter',
    isAdditive: true,
    tones: early,
    of: 'created ones',
  },
  wonCount: {
    label: 'Won opportunities',
    unit: 'count',
    quarter: 'closeQuarter',
    isAdditive: true,
    tones: better,
    of: 'wins',
  },
};

export const measureNames = Object.keys(measures) as GridMeasure[];

export interface Choices {
  field: FieldName;
  across: FieldName;
  measure: GridMeasure;
}

/** The choices of the page as its address has them; two fields are never the same. */
export function readChoices(params: Params): Choices {
  const field = fieldNames.find((name) => name === one(params.field)) ?? 'industry';
  const others = fieldNames.filter((name) => name !== field);
  const usual = field === 'region' ? 'industry' : 'region';
  return {
    field,
    across: others.find((name) => name === one(params.across)) ?? usual,
    measure: measureNames.find((name) => name === one(params.measure)) ?? 'winRate',
  };
}

export const labelOf = (name: string): string => dimensionLabels[name] ?? name;
export const wordOf = (name: string): string => labelOf(name).toLowerCase();
