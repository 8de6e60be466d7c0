export type Key = string | number;

/** A seeded stream of numbers (sfc32). Every opportunity, week and salesman has its own, so more weeks change nothing before. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d = 1;

  constructor(keys: readonly Key[]) {
    this.a = hash(1, keys);
    this.b = hash(2, keys);
    this.c = this.a ^ Math.imul(this.b, 0x9e3779b1);
    for (let i = 0; i < 12; i++) this.next();
  }

  /** Uniform in [0, 1). */
  next(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + t) | 0;
    return (t >>> 0) / 4294967296;
  }

  int(below: number): number {
    return Math.floor(this.next() * below);
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  /** Normal with mean 0 and standard deviation 1. */
  normal(): number {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += this.next();
    return sum;
  }

  logNormal(sd: number): number {
    return exp(sd * this.normal());
  }

  poisson(mean: number): number {
    return mean > 60
      ? Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()))
      : smallPoisson(mean, this);
  }

  pick<T>(list: readonly T[]): T {
    return at(list, this.int(list.length));
  }

  weighted<T>(list: readonly T[], weight: (item: T) => number): T {
    let left = this.next() * list.reduce((sum, item) => sum + weight(item), 0);
    for (const item of list) {
      left -= weight(item);
      if (left < 0) return item;
    }
    return at(list, list.length - 1);
  }
}

/** The stream that belongs to these keys. */
export const createRandom = (...keys: Key[]): Random => new Random(keys);

function smallPoisson(mean: number, random: Random): number {
  const limit = exp(-mean);
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count++;
  return count;
}

/** e^x by additions and multiplications alone: the same bits on every machine, which Math.exp does not promise. */
export function exp(x: number): number {
  const small = x / 1024;
  let result =
    1 + small * (1 + (small / 2) * (1 + (small / 3) * (1 + (small / 4) * (1 + small / 5))));
  for (let i = 0; i < 10; i++) result *= result;
  return result;
}

/** A share moved by a step on the log-odds scale. */
export function shiftOdds(share: number, step: number): number {
  const odds = (share / (1 - share)) * exp(step);
  return odds / (1 + odds);
}

/** 32 bits of the keys. */
export function hash(salt: number, keys: readonly Key[]): number {
  let h = Math.imul(salt, 0x9e3779b1) ^ 0x85ebca6b;
  for (const key of keys) {
    if (typeof key === 'number') h = mix(mix(h, key | 0), Math.floor(key / 4294967296));
    else for (let i = 0; i < key.length; i++) h = mix(h, key.charCodeAt(i));
    h = mix(h, 0x7f);
  }
  h ^= h >>> 16;
  h = Math.imul(h, 0x7feb352d);
  h ^= h >>> 15;
  h = Math.imul(h, 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

const mix = (h: number, value: number): number => {
  const x = Math.imul(h ^ value, 0x5bd1e995);
  return x ^ (x >>> 13);
};

/** The item at a place that must exist. */
export function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no item ${index} in a list of ${list.length}`);
  return item;
}
