/** What the demo company sells, to whom and where. */
export interface Team {
  name: string;
  region: string;
  director: number;
  currency: string;
  countries: readonly string[];
  weight: number;
}

export const directors = ['Central Europe', 'West & North', 'Americas'] as const;
export const teams: readonly Team[] = [
  {
    name: 'DACH North',
    region: 'DACH',
    director: 0,
    currency: 'EUR',
    countries: ['Germany'],
    weight: 1.2,
  },
  {
    name: 'DACH South',
    region: 'DACH',
    director: 0,
    currency: 'EUR',
    countries: ['Austria', 'Switzerland', 'Germany'],
    weight: 1.05,
  },
  {
    name: 'Adriatic',
    region: 'Adriatic',
    director: 0,
    currency: 'EUR',
    countries: ['Slovenia', 'Croatia'],
    weight: 0.9,
  },
  {
    name: 'Italy & Iberia',
    region: 'Southern Europe',
    director: 1,
    currency: 'EUR',
    countries: ['Italy', 'Spain', 'Portugal'],
    weight: 0.9,
  },
  {
    name: 'UK & Ireland',
    region: 'UK & Ireland',
    director: 1,
    currency: 'GBP',
    countries: ['United Kingdom', 'Ireland'],
    weight: 1.1,
  },
  {
    name: 'Nordics',
    region: 'Nordics',
    director: 1,
    currency: 'EUR',
    countries: ['Sweden', 'Denmark', 'Finland'],
    weight: 0.9,
  },
  {
    name: 'US East',
    region: 'North America',
    director: 2,
    currency: 'USD',
    countries: ['United States', 'Canada'],
    weight: 1.05,
  },
  {
    name: 'US West',
    region: 'North America',
    director: 2,
    currency: 'USD',
    countries: ['United States'],
    weight: 0.9,
  },
];
/** Under whom the Nordics team works after the re-organisation. */
export const movedTeam = { team: 5, director: 0 } as const;
export const regions = [...new Set(teams.map((team) => team.region))];

/** `size` multiplies amounts, `speed` weekly rates, `odds` shifts log-odds of going on. */
export const industries = [
  { name: 'Manufacturing', weight: 2.4, size: 1.1, speed: 0.95, odds: 0.02 },
  { name: 'Logistics', weight: 1.6, size: 0.9, speed: 1.1, odds: 0.05 },
  { name: 'Healthcare', weight: 1.5, size: 1.05, speed: 0.85, odds: -0.04 },
  { name: 'Financial services', weight: 1.2, size: 1.35, speed: 0.8, odds: -0.06 },
  { name: 'Retail', weight: 1.5, size: 0.75, speed: 1.15, odds: 0.0 },
  { name: 'Energy', weight: 1.0, size: 1.4, speed: 0.85, odds: 0.0 },
  { name: 'Public sector', weight: 0.9, size: 1.1, speed: 0.7, odds: -0.05 },
  { name: 'Software', weight: 1.4, size: 0.85, speed: 1.2, odds: 0.04 },
] as const;

export const segments = [
  { name: 'SMB', weight: 55, median: 7_500, speed: 1.2 },
  { name: 'Mid-market', weight: 32, median: 21_000, speed: 1 },
  { name: 'Enterprise', weight: 13, median: 62_000, speed: 0.82 },
] as const;

export const products = [
  { name: 'Core', family: 'Platform', weight: 3, odds: 0 },
  { name: 'Pro', family: 'Platform', weight: 2, odds: 0.02 },
  { name: 'Enterprise', family: 'Platform', weight: 1, odds: -0.03 },
  { name: 'Insight', family: 'Analytics', weight: 2, odds: 0 },
  { name: 'Forecast', family: 'Analytics', weight: 1.6, odds: 0 },
  { name: 'Radar', family: 'Analytics', weight: 1.2, odds: -0.04 },
  { name: 'Connect', family: 'Integration', weight: 1.6, odds: 0.03 },
  { name: 'Bridge', family: 'Integration', weight: 1.2, odds: 0 },
  { name: 'Sync', family: 'Integration', weight: 1, odds: 0 },
  { name: 'Onboarding', family: 'Services', weight: 1, odds: 0.05 },
  { name: 'Training', family: 'Services', weight: 0.8, odds: 0.04 },
  { name: 'Support', family: 'Services', weight: 1, odds: 0 },
] as const;

export interface Stage {
  label: string;
  probability: number;
  category: string;
  /** Share that leaves an opportunity of ordinary kind in a week, and of these the share that goes on. */
  rate: number;
  onward: number;
  outcome?: 'won' | 'lost';
}

export interface Pipeline {
  name: string;
  stages: readonly Stage[];
  won: Stage;
  lost: Stage;
}

const stage = (
  label: string,
  probability: number,
  category: string,
  rate: number,
  onward: number,
): Stage => ({ label, probability, category, rate, onward });
const won = (label: string): Stage => ({
  label,
  probability: 100,
  category: 'Closed',
  rate: 0,
  onward: 0,
  outcome: 'won',
});
const lost = (label: string): Stage => ({
  label,
  probability: 0,
  category: 'Omitted',
  rate: 0,
  onward: 0,
  outcome: 'lost',
});

export const newBusiness: Pipeline = {
  name: 'New business',
  stages: [
    stage('Qualify', 10, 'Pipeline', 0.44, 0.61),
    stage('Discover', 20, 'Pipeline', 0.42, 0.76),
    stage('Demo', 40, 'Best Case', 0.42, 0.8),
    stage('Offer', 60, 'Best Case', 0.38, 0.81),
    stage('Negotiate', 80, 'Commit', 0.4, 0.85),
  ],
  won: won('Closed Won'),
  lost: lost('Closed Lost'),
};
export const renewal: Pipeline = {
  name: 'Renewal',
  stages: [
    stage('Prepare', 50, 'Pipeline', 0.24, 0.945),
    stage('Review', 70, 'Best Case', 0.26, 0.93),
    stage('Agree', 90, 'Commit', 0.28, 0.92),
  ],
  won: won('Renewed'),
  lost: lost('Churned'),
};
export const pipelines = [newBusiness, renewal] as const;

/** The stage "Offer" was called "Proposal" before. */
export const renamed = { from: 'Proposal', to: 'Offer' } as const;

/** How many opportunities are created in each month of the year, around 1. */
export const creationSeason = [
  1.02, 1.05, 1.1, 1.02, 1.02, 1.02, 0.82, 0.66, 1.14, 1.16, 1.12, 0.72,
] as const;
