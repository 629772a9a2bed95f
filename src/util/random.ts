import {xoroshiro128plus} from 'pure-rand/generator/xoroshiro128plus';

/** A source of numbers in [0, 1). */
export type Random = () => number;

/** The first numbers depend visibly on the seed: for positive seeds, the first is never below 0.5. */
const WARM_UP = 64;

const TWO_POW_32 = 2 ** 32;

/** A repeatable source of random numbers: a seed gives the same sequence on every machine. */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed | 0);
  for (let draw = 0; draw < WARM_UP; draw++) generator.next();
  return () => (generator.next() >>> 0) / TWO_POW_32;
}

/**
 * Derives a seed for one purpose, so that two purposes, such as batch order and sampling, do not share
 * a sequence. Uses FNV-1a of the purpose's name.
 */
export function deriveSeed(seed: number, purpose: string): number {
  let hash = 0x811c9dc5 ^ (seed | 0);
  for (let i = 0; i < purpose.length; i++) {
    hash ^= purpose.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 1;
}

/** Hexadecimal digits, for names that nobody else has. */
export function hexDigits(random: Random, count: number): string {
  return Math.floor(random() * 16 ** count)
    .toString(16)
    .padStart(count, '0');
}

/** A new array with the same items in random order (Fisher and Yates). */
export function shuffled<T>(items: Iterable<T>, random: Random): T[] {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}
