import { describe, expect, test } from 'vitest';
import type { LifeEvent, OpportunityLife } from '#warehouse/opportunity-answer.ts';
import {
  opportunitySentence,
  outlookSentence,
  type Piece,
  pipelineSentence,
} from '#app/sentences.ts';
import { periodInWords } from '#app/words.ts';

const words = (pieces: Piece[]): string => pieces.map(({ text }) => text).join('');
const now = { currency: 'EUR', past: false };
const then = { currency: 'EUR', past: true };
const row = {
  wonValue: '1900000.00',
  openPipeline: '2800000.00',
  openCount: 1214,
  weightedPipeline: '1100000.00',
  quota: '5500000.00',
};

describe('the Outlook', () => {
  test('names what is won of a quota, what is to go, and what is open', () => {
    expect(words(outlookSentence('Q4 2026', row, now))).toBe(
      'Q4 2026 has € 1.9 M won of a quota of € 5.5 M, € 3.6 M to go. € 2.8 M is open for it in 1,214 opportunities, worth € 1.1 M by experience.',
    );
  });

  test('says what the forecast says, and warns when the quota is likely missed', () => {
    const told = { ...row, p50: '4200000.00', pTarget: 0.12 };
    const pieces = outlookSentence('Q4 2026', told, now);
    expect(words(pieces)).toContain(
      'in 1,214 opportunities. In all it will bring € 4.2 M, with a chance of 12 % to reach the quota.',
    );
    expect(pieces.at(-1)).toMatchObject({ metric: 'forecast', tone: 'warn' });
    expect(outlookSentence('Q4 2026', { ...told, pTarget: 0.7 }, now).at(-1)?.tone).toBeUndefined();
    expect(words(outlookSentence('Q4 2026', { ...told, pTarget: null }, then))).toMatch(
      /In all it was to bring € 4\.2 M\.$/,
    );
  });

  test('says that a quota is met', () => {
    const met = words(outlookSentence('Q4 2026', { ...row, wonValue: '5500000.00' }, now));
    expect(met).toContain('Q4 2026 has € 5.5 M won: its quota of € 5.5 M is met.');
    expect(met).not.toContain('to go');
  });

  test('says that no quota is set, and looks back in the past tense', () => {
    const none = words(outlookSentence('Q4 2026', { ...row, quota: null }, then));
    expect(none).toBe(
      'Q4 2026 had € 1.9 M won; no quota was set. € 2.8 M was open for it in 1,214 opportunities, worth € 1.1 M by experience.',
    );
  });

  test('says that nothing is open', () => {
    expect(words(outlookSentence('Q4 2026', { ...row, openCount: 0 }, now))).toContain(
      'Nothing is open for it.',
    );
    expect(words(outlookSentence('Q4 2026', undefined, now))).toBe(
      'Q4 2026 has € 0 won; no quota is set. Nothing is open for it.',
    );
  });

  test('what is to go needs somebody', () => {
    const marked = outlookSentence('Q4 2026', row, now).filter(({ tone }) => tone === 'warn');
    expect(words(marked)).toBe('€ 3.6 M to go');
  });
});

describe('the Pipeline', () => {
  test('compares experience with what was typed', () => {
    const open = {
      openCount: 1214,
      openPipeline: '6200000.00',
      weightedPipeline: '1900000.00',
      typedWeightedPipeline: '2800000.00',
    };
    expect(words(pipelineSentence('Q4 2026', open, then))).toBe(
      '€ 6.2 M open for Q4 2026 in 1,214 opportunities, worth € 1.9 M by experience; the typed figures said € 2.8 M.',
    );
    expect(words(pipelineSentence('Q4 2026', open, now))).toContain('the typed figures say');
  });

  test('says what to do when it is empty', () => {
    expect(words(pipelineSentence('Q4 2026', { openCount: 0 }, now))).toBe(
      'No open opportunity is expected in Q4 2026. Widen the period.',
    );
  });
});

describe('an opportunity', () => {
  const push: LifeEvent = {
    at: '2026-02-01T09:00:00.000Z',
    knownAt: '2026-02-01T09:00:00.000Z',
    kind: 'push',
    attribute: 'closeOn',
    old: '2026-02-28',
    new: '2026-03-31',
    evidence: 'tracked',
  };
  const life = {
    exists: true,
    name: 'Kolín Glass, furnace',
    salesman: 'Ana Kovač',
    stage: 'Offer',
    outcome: 'open',
    amountReporting: '180000.00',
    currency: 'EUR',
    closeOn: '2026-03-31',
    closedAt: null,
    isDeleted: false,
    mergedInto: null,
    asOf: '2026-03-09T22:59:59.999Z',
    events: [
      push,
      { ...push, at: '2026-03-01T09:00:00.000Z' },
      { ...push, at: '2026-03-20T09:00:00.000Z' },
    ],
  } as unknown as OpportunityLife;
  const said = (more: Partial<OpportunityLife>, past = false) =>
    words(opportunitySentence({ ...life, ...more }, { past }));

  test('says where it stands and how often it was put off by the day of looking', () => {
    expect(said({})).toBe(
      'Kolín Glass, furnace is in Offer with Ana Kovač: € 180 k expected 31 Mar 2026, put off 2 times.',
    );
    expect(said({ events: [push] }, true)).toContain(
      'was in Offer with Ana Kovač: € 180 k expected 31 Mar 2026, put off once.',
    );
    expect(said({ events: [] })).toMatch(/expected 31 Mar 2026\.$/);
  });

  test('says what is not known', () => {
    const unknown = {
      stage: null,
      salesman: null,
      amountReporting: null,
      closeOn: null,
      events: [],
    };
    expect(said(unknown)).toBe(
      'Kolín Glass, furnace is in no known stage: an unknown amount without a close date.',
    );
  });

  test('says that it did not exist yet', () => {
    expect(said({ exists: false, createdAt: '2026-03-20T09:00:00.000Z' }, true)).toBe(
      'Kolín Glass, furnace did not exist yet on 9 Mar 2026; it was created on 20 Mar 2026.',
    );
  });

  test('says how it ended', () => {
    expect(said({ outcome: 'won', closedAt: '2026-03-05T10:00:00.000Z' })).toBe(
      'Kolín Glass, furnace was won on 5 Mar 2026 with Ana Kovač: € 180 k.',
    );
    expect(said({ isDeleted: true })).toBe('Kolín Glass, furnace was deleted.');
    expect(said({ mergedInto: '006X' })).toBe('Kolín Glass, furnace was merged into 006X.');
  });
});

test('periods in words', () => {
  expect(periodInWords('2026-Q3')).toBe('Q3 2026');
  expect(periodInWords('all')).toBe('all periods');
  expect(periodInWords('2026-07')).toBe('July 2026');
  expect(periodInWords('2026-07-01..2026-08-15')).toBe('2026-07-01 to 2026-08-15');
});
