import type { ForecastMethod } from './answer.ts';
import { type Forecast, forecast } from '../definitions.ts';

/** Raised whenever the same input may give another point; points of an older version stay as they are. */
export const codeVersion = 1;

/** The methods that are judged side by side, from the same cut-offs. */
export const forecasts: Record<ForecastMethod, Forecast> = {
  default: forecast({
    label: 'Forecast',
    meaning:
      'What is won, what open opportunities will bring by their stage, age and all else known of them, and what is not created yet; drawn to the mean of the last four periods as far as that has erred less',
    source: 'forecast.md 3',
    version: codeVersion,
  }),
  hazard: forecast({
    label: 'Model alone',
    meaning: 'The forecast before it is drawn to the mean of the last four periods',
    source: 'forecast.md 3, steps 1 to 4',
    version: codeVersion,
  }),
  naive: forecast({
    label: 'Mean of the last four',
    meaning: 'What is won, and the mean of what came after the same day in the last four periods',
    source: 'forecast.md 5',
    version: codeVersion,
  }),
  lastYear: forecast({
    label: 'Same period last year',
    meaning: 'What is won, and what came after the same day a year ago',
    source: 'forecast.md 5',
    version: codeVersion,
  }),
  typedWeighted: forecast({
    label: 'Typed probabilities',
    meaning: 'What is won, and amount × probability as typed of what is dated in the period',
    source: 'forecast.md 5',
    version: codeVersion,
  }),
  learnedWeighted: forecast({
    label: 'Learned probabilities',
    meaning:
      'What is won, and amount × share of those once in the stage that were won, of what is dated in the period',
    source: 'forecast.md 5',
    version: codeVersion,
  }),
  sameDayRatio: forecast({
    label: 'Ratios of the same day',
    meaning:
      'What is won, and of the open value by stage and close date the share that was won from the same day of the last eight periods on, with the mean of what came new',
    source: 'forecast.md 5',
    version: codeVersion,
  }),
  calls: forecast({
    label: 'Calls',
    meaning: 'The roll-up of what people called at that time',
    source: 'forecast.md 5',
    version: codeVersion,
  }),
};

export const forecastMethods = Object.keys(forecasts) as ForecastMethod[];
