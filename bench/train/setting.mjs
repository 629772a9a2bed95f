/** What every program of this bench trains on: the same sizes, seeded noise for images. */
import {readFileSync} from 'node:fs';

export const HEIGHT = 72;
export const WIDTH = 59;
export const IMAGES = 2000;
export const BATCH = 32;
export const WARM_UP = 2;

export function modelOf(name) {
  return JSON.parse(readFileSync(new URL('./models.json', import.meta.url), 'utf8'))[name];
}

/** xorshift32: quick, and the same everywhere. */
export function noise(length, seed) {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let index = 0; index < length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state & 255;
  }
  return bytes;
}

/** One line of JSON that the bench reads. */
export function report(result) {
  process.stdout.write(
    `${JSON.stringify({...result, peakBytes: process.resourceUsage().maxRSS * 1024})}\n`,
  );
}
