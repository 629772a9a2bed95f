import {dataError} from './text-file.js';

/** A longer text is not a label. */
const MAX_LABEL_LENGTH = 24;

/**
 * The label that a value of any type stands for: 1 for `1`, 0 for `-1` and `0`, in any notation of
 * the number (`1.0`, `+1`) or as a word (`True`, `yes`); undefined for anything else.
 */
export function labelOf(value: unknown): number | undefined {
  // Nearly all of CelebA's eight million.
  if (value === '1' || value === '-1') return value === '1' ? 1 : 0;
  if (typeof value === 'string') return labelOfText(value);
  if (value === 1 || value === 1n || value === true) return 1;
  return [0, -1, 0n, -1n, false].some(none => none === value) ? 0 : undefined;
}

function labelOfText(text: string): number | undefined {
  const word = text.length > MAX_LABEL_LENGTH ? '' : text.trim().toLowerCase();
  if (/^(true|yes|t|y)$/.test(word)) return 1;
  if (/^(false|no|f|n)$/.test(word)) return 0;
  return /^[-+]?\d+(\.0*)?$/.test(word) ? labelOf(Number(word)) : undefined;
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

/**
 * The first row of each name, ascending: tables that were merged repeat images.
 *
 * @param assertSame Called for each later row of a name; throws where it contradicts the first one.
 */
export function firstRows(
  names: Iterable<string>,
  assertSame: (name: string, first: number, row: number) => void,
): number[] {
  const firsts = new Map<string, number>();
  let row = 0;
  for (const name of names) {
    const first = firsts.get(name);
    if (first === undefined) firsts.set(name, row);
    else assertSame(name, first, row);
    row += 1;
  }
  return [...firsts.values()];
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

/*
 * Limits of a data set. They are far above every known set of faces (CelebA has 202,599 images with
 * 40 attributes) and keep a damaged or hostile file from taking all memory.
 */

export const MAX_IMAGES = 5_000_000;
const MAX_ATTRIBUTES = 1000;
/** Images times attributes, a byte each. */
export const MAX_LABELS = 400_000_000;
