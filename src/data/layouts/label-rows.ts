import {dataError} from './text-file.js';

const MINUS = 45;
const ZERO = 48;
const ONE = 49;

/** 1 for `1`, 0 for `-1` and `0`; undefined for anything else between these two positions. */
export function labelBetween(line: string, start: number, end: number): number | undefined {
  const first = line.charCodeAt(start);
  if (end - start === 2) {
    return first === MINUS && line.charCodeAt(start + 1) === ONE ? 0 : undefined;
  }
  if (end - start !== 1) return undefined;
  if (first === ONE) return 1;
  return first === ZERO ? 0 : undefined;
}

/** @throws UserError where a name occurs twice, or there is none. */
export function refuseRepeated(names: readonly string[], file: string): void {
  if (names.length === 0) throw dataError(`${file}: no image has a row.`, 'Download it again.');
  if (new Set(names).size === names.length) return;
  const seen = new Set<string>();
  const twice = names.find(name => seen.size === seen.add(name).size);
  throw dataError(
    `${file}: ${twice} is there more than once. Expected each image and each attribute once.`,
    'Remove the second one.',
  );
}

/** Labels that grow, without an object for each. */
export class LabelBytes {
  #bytes: Uint8Array;
  #length = 0;

  constructor(expected: number) {
    this.#bytes = new Uint8Array(Math.min(Math.max(expected, 64), 1 << 26));
  }

  push(value: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = value;
  }

  values(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}
