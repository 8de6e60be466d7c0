import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPicks, writePicks } from '#app/pipeline/picks.ts';
import type { CrossTable } from '#components/cross.ts';

const table = (words: (string | null)[]): CrossTable => ({
  length: 0,
  coded: { stage: { codes: new Uint16Array(0), words } },
  numbers: { age: new Float64Array(0), amount: new Float64Array(0) },
});

test('picks as the address keeps them', () => {
  const stages = table(['Offer', 'Demo', null]);
  const picks = { codes: { stage: [0, 2] }, ranges: { age: [30, Infinity] as const } };
  const text = '{"stage":["Offer",null],"age":[30,null]}';
  expect(writePicks(picks, stages)).toBe(text);
  expect(readPicks(text, stages)).toEqual(picks);
});

test('what is not there any more, or no pick at all, is left out', () => {
  const none = { codes: {}, ranges: {} };
  for (const text of ['{"stage":["Gone"],"team":["A"],"age":["x"]}', '{"age":3}', '[', '7', null])
    expect(readPicks(text, table(['Offer']))).toEqual(none);
});

test('any words survive', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), (words) => {
      const stages = table(words);
      const picks = { codes: { stage: words.map((_, code) => code) }, ranges: {} };
      expect(readPicks(writePicks(picks, stages), stages)).toEqual(picks);
    }),
  );
});
