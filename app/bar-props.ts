import type { Options } from '#warehouse/answers.ts';
import type { Params, View } from './view.ts';

/** What the bar has to choose from: the options, without what it does not show, and the loads. */
export interface Offer
  extends Pick<
    Options,
    | 'currency'
    | 'currencies'
    | 'today'
    | 'firstDay'
    | 'periods'
    | 'currentPeriod'
    | 'teams'
    | 'values'
  > {
  loads: { knownAt: string; label: string }[];
}

export interface BarProps {
  path: string;
  params: Params;
  view: View;
  offer: Offer;
}

export type SetParams = (changes: Record<string, string | string[] | null>) => void;
