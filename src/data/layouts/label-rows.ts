import {dataError} from './text-file.js';

const MINUS = 45;
const ZERO = 48;
const ONE = 49;

/** How tables and tools write the two values, in lower case. */
const WORDS: ReadonlyMap<string, number> = new Map([
  ...['true', 'yes', 't', 'y'].map(word => [word, 1] as const),
  ...['false', 'no', 'f', 'n'].map(word => [word, 0] as const),
]);
/** A longer text is not a label. */
const MAX_LABEL_LENGTH = 24;

/**
 * The label between two positions of a line: 1 for `1`, 0 for `-1` and `0`, in any notation of the
 * number (`1.0`, `+1`) or as a word (`True`, `yes`); undefined for anything else.
 */
export function labelBetween(line: string, start: number, end: number): number | undefined {
  const first = line.charCodeAt(start);
  if (end - start === 1 && (first === ONE || first === ZERO)) return first - ZERO;
  if (end - start === 2 && first === MINUS && line.charCodeAt(start + 1) === ONE) return 0;
  return end - start > MAX_LABEL_LENGTH ? undefined : labelOf(line.slice(start, end));
}

/** The label that a value of any type stands for: 1, 0, or undefined where it is none. */
export function labelOf(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number' || typeof value === 'bigint') return labelOfNumber(Number(value));
  if (typeof value !== 'string' || value.length > MAX_LABEL_LENGTH) return undefined;
  const word = value.trim().toLowerCase();
  return (
    WORDS.get(word) ?? (/^[-+]?\d+(\.0*)?$/.test(word) ? labelOfNumber(Number(word)) : undefined)
  );
}

function labelOfNumber(number: number): number | undefined {
  if (number === 1) return 1;
  return number === 0 || number === -1 ? 0 : undefined;
}

/** @throws UserError where a name occurs twice, or there is none. */
export function assertNoneRepeated(names: readonly string[], file: string): void {
  assertNotEmpty(names, file);
  if (new Set(names).size === names.length) return;
  const seen = new Set<string>();
  const twice = names.find(name => seen.size === seen.add(name).size);
  throw dataError(
    `${file}: ${twice} appears more than once. Expected each image and each attribute once.`,
    'Remove the second one.',
  );
}

/** @throws UserError where no image has a row. */
export function assertNotEmpty(names: readonly string[], file: string): void {
  if (names.length === 0)
    throw dataError(`${file}: there are no rows of images.`, 'Download it again.');
}

/** @throws UserError where a data set claims more than fits in memory. */
export function assertNotTooMany(images: number, attributes: number, file: string): void {
  if (images <= MAX_IMAGES && attributes <= MAX_ATTRIBUTES && images * attributes <= MAX_LABELS) {
    return;
  }
  throw dataError(
    `${file}: too large: ${images} images and ${attributes} attributes so far. Expected at most ${MAX_IMAGES} images, ${MAX_ATTRIBUTES} attributes and ${MAX_LABELS} labels.`,
    'Keep the columns that you train on, or split the data set.',
  );
}

/** A growing list of labels, a byte each. */
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

/*
 * Limits of a data set. They are far above every known set of faces (CelebA has 202,599 images with
 * 40 attributes) and keep a damaged or hostile file from taking all memory.
 */

/** Images of one data set. */
export const MAX_IMAGES = 5_000_000;

/** Attributes of one data set. */
const MAX_ATTRIBUTES = 1000;

/** Labels of one data set: images times attributes, a byte each. */
export const MAX_LABELS = 400_000_000;
