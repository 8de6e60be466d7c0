/** How the passing of a stage is counted, and where such a number is found. */
export interface ConversionRule {
  label: string;
  meaning: string;
  source: string;
}

/** Our own rule first; the others reproduce numbers that people know from elsewhere. */
export const conversionRules = {
  cohort: {
    label: 'First entries, those waiting count as long as seen',
    meaning:
      'Of the first entries into a stage within the period, the share that reaches a higher open stage or is won. A stage passed without a stay counts as entered and passed. Those that still wait are neither passed nor failed: the share is estimated for competing ends (advanced, lost, withdrawn). Moving back does not undo a pass',
    source: 'Metric 2.4; Aalen and Johansen, Scand. J. Stat. 1978',
  },
  direct: {
    label: 'Direct moves only',
    meaning:
      'Of the opportunities that left a stage for the next one or were lost from it, the share that moved on. Who skips the next stage does not count, who is still there neither; a move back cancels what was passed before',
    source: 'Metric 2.4, rule (1): ClosingDealz, pipeline analytics',
  },
  stepwise: {
    label: 'Step by step',
    meaning:
      'Of the opportunities that entered a stage, the share that ever moved from it to the very next one. Jumps over a stage are not counted as passed',
    source: 'Metric 2.4, rule (2): Cinode, pipe history report',
  },
  everyStage: {
    label: 'All stages before touched',
    meaning:
      'Of the opportunities that touched a stage and all before it, the share that touched the next one as well',
    source: 'Metric 2.4, rule (3): Watermark, "all stage" conversion',
  },
  anyStage: {
    label: 'Any stage touched',
    meaning:
      'How many opportunities touched the next stage per one that touched this. They need not be the same, so it may be more than all',
    source: 'Metric 2.4, rule (3): Watermark, "any stage" conversion',
  },
  wonEverywhere: {
    label: 'Won counts everywhere',
    meaning:
      'Closed opportunities that were created in the period: a won one counts in every stage, a lost one in the stages up to its last; the share that counts in the next stage as well',
    source: 'Metric 2.4, rule (4): Odoo, scoring frequencies',
  },
} as const satisfies Record<string, ConversionRule>;

export type ConversionRuleName = keyof typeof conversionRules;
export const conversionRuleNames = Object.keys(conversionRules) as ConversionRuleName[];

/** What became of an opportunity that entered a stage. */
export const conversionOutcomes = ['advanced', 'lost', 'withdrawn', 'still'] as const;
export type ConversionOutcome = (typeof conversionOutcomes)[number];
