import {type CatalogueContext, partitions} from '../catalogue.js';
import {findIn, type FileTree} from '../files/file-tree.js';
import {baseName, stemOf} from './image-names.js';
import {assertNotTooMany} from './label-rows.js';
import type {TextTable} from './layout.js';
import {cachedFromText} from './read-table.js';
import {dataError, linesOf} from './text-file.js';

/** A label file of one kind may have a partition of the other beside it. */
export const PARTITION_FILES: readonly string[] = [
  'list_eval_partition.txt',
  'Eval/list_eval_partition.txt',
  'list_eval_partition.csv',
];
const IDENTITY_FILES = [
  'identity_CelebA.txt',
  'Anno/identity_CelebA.txt',
  'identity_CelebA.csv',
  'list_identity_celeba.txt',
  'list_identity_celeba.csv',
];

/** The parts by CelebA's numbers and by their usual names. */
const PARTS: ReadonlyMap<string, number> = new Map<string, number>([
  ...['0', 'train', 'training'].map(word => [word, partitions.train] as const),
  ...['1', 'val', 'valid', 'validation', 'dev'].map(word => [word, partitions.validation] as const),
  ...['2', 'test', 'testing'].map(word => [word, partitions.test] as const),
]);

/** The partition of a data set; undefined where it has none of these files. */
export async function readPartition(
  tree: FileTree,
  names: readonly string[],
  {files, hash}: TextTable,
  context: Pick<CatalogueContext, 'cacheFolder'>,
): Promise<Uint8Array | undefined> {
  const name = findIn(tree, names);
  if (name === undefined) return undefined;
  const parse = (text: string, file: string): Uint8Array => parsePartition(text, file, files);
  return (await cachedFromText(tree, name, context, ['partition', hash], parse)).value;
}

/**
 * Reads a partition: a name and 0, 1 or 2 (or train, val, test) in each line, in any order.
 *
 * @throws UserError where a line is malformed, or an image has none.
 */
export function parsePartition(text: string, file: string, files: readonly string[]): Uint8Array {
  const byName = parseValues(text, file, value => PARTS.get(value.toLowerCase()), '0, 1 or 2');
  let byStem: ReadonlyMap<string, number> | undefined;
  const stems = (): ReadonlyMap<string, number> =>
    (byStem ??= new Map([...byName].map(([name, part]) => [stemOf(name), part])));
  return Uint8Array.from(files, name => {
    const part = byName.get(name) ?? stems().get(stemOf(name));
    if (part !== undefined) return part;
    throw dataError(
      `${file}: ${name} has no line. Expected one for each labelled image.`,
      'Download it again.',
    );
  });
}

/**
 * The person in each image, by a name and a number in each line; -1 for an image without a line.
 * Without such a file the names of the images may tell (see `identitiesOfNames`).
 */
export async function readIdentities(
  tree: FileTree,
  {files, hash}: TextTable,
  context: Pick<CatalogueContext, 'cacheFolder'>,
): Promise<Int32Array | undefined> {
  const path = findIn(tree, IDENTITY_FILES);
  if (path === undefined) return identitiesOfNames(files);
  const parse = (text: string, file: string): Int32Array => parseIdentities(text, file, files);
  return (await cachedFromText(tree, path, context, ['identities', hash], parse)).value;
}

function parseIdentities(text: string, file: string, files: readonly string[]): Int32Array {
  const numberOf = (value: string): number | undefined =>
    /^\d{1,9}$/.test(value) ? Number(value) : undefined;
  const byName = parseValues(text, file, numberOf, 'a number');
  return Int32Array.from(files, name => byName.get(name) ?? -1);
}

/** The name of a person and the number of the image, as in Labeled Faces in the Wild. */
const PERSON_AND_NUMBER = /^(\p{L}[^\d]*)_\d{4,}\.\w+$/u;

/**
 * The person in each image by the name before its number (`Aaron_Eckhart_0001.jpg`); undefined where
 * not all images are named like this, or all alike: `face_0001.jpg` names nobody.
 */
export function identitiesOfNames(files: readonly string[]): Int32Array | undefined {
  const numbers = new Map<string, number>();
  const identities = new Int32Array(files.length);
  for (const [position, file] of files.entries()) {
    const person = PERSON_AND_NUMBER.exec(file)?.[1];
    if (person === undefined) return undefined;
    const number = numbers.get(person) ?? numbers.size;
    numbers.set(person, number);
    identities[position] = number;
  }
  return numbers.size > 1 && ![...numbers.keys()].some(isPart) ? identities : undefined;
}

function isPart(name: string): boolean {
  return partOfName(name) !== undefined;
}

/** The part of the data set that a folder or a value of a table names: `val`, `Training`. */
export function partOfName(name: string): number | undefined {
  return PARTS.get(name.trim().toLowerCase());
}

/**
 * Reads a name and a value in each line. A first line of column names is skipped.
 *
 * @param expected The value in words.
 */
function parseValues(
  text: string,
  file: string,
  valueOf: (text: string) => number | undefined,
  expected: string,
): Map<string, number> {
  const byName = new Map<string, number>();
  for (const [number, line] of linesOf(text)) {
    const cells = line
      .trim()
      .split(/\s*[,;]\s*|\s+/)
      .map(cell => cell.replace(/^"(.*)"$/, '$1'));
    const [name = '', text = ''] = cells;
    const value = valueOf(text);
    if (cells.length === 2 && value !== undefined) byName.set(baseName(name), value);
    else if (number > 1 || !/^(image_id|filename|file_name|img_name|image|)$/i.test(name)) {
      throw dataError(
        `${file}:${number}: Expected a file name and ${expected}; received ${JSON.stringify(line.trim().slice(0, 80))}.`,
        'Download it again, or correct this line.',
      );
    }
    assertNotTooMany(byName.size, 1, file);
  }
  return byName;
}
