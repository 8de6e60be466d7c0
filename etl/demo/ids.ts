import { hash, type Key } from './random.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const checks = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/** Salesforce's three-character prefix of each object. */
export const prefix = {
  user: '005',
  role: '00E',
  account: '001',
  contact: '003',
  lead: '00Q',
  opportunity: '006',
  product: '01t',
  line: '00k',
  stage: '01J',
  history: '008',
  fieldHistory: '017',
  contactRole: '00K',
  task: '00T',
  event: '00U',
  quota: '0J9',
  rate: '04w',
  planRate: 'a0P',
  call: '0J8',
} as const;

/** An 18-character id that depends on its keys alone. */
export function makeId(object: keyof typeof prefix, ...keys: Key[]): string {
  return withCheck(
    `${prefix[object]}9k0${digits(hash(11, [object, ...keys]), 5)}${digits(hash(12, [object, ...keys]), 4)}`,
  );
}

function digits(value: number, count: number): string {
  let [text, rest] = ['', value];
  for (let i = 0; i < count; i++) {
    text = letters[rest % 62] + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

/** 15 characters -> 18: each check character holds which of five characters are capitals. */
export function withCheck(id: string): string {
  let suffix = '';
  for (let block = 0; block < 3; block++) {
    let bits = 0;
    for (let i = 0; i < 5; i++) if (isCapital(id.charCodeAt(block * 5 + i))) bits |= 1 << i;
    suffix += checks[bits];
  }
  return id + suffix;
}

const isCapital = (code: number): boolean => code >= 65 && code <= 90;

export const short = (id: string): string => id.slice(0, 15);
