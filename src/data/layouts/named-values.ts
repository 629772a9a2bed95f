import {type CatalogueContext, partitions} from '../catalogue.js';
import {findIn, type FileTree} from '../files/file-tree.js';
import {baseName, stemOf} from './image-names.js';
import {assertNotTooMany} from './label-rows.js';
import type {TextTable} from './layout.js';
import {cachedFromText} from './read-table.js';
import {dataError, linesOf, readBytes, textOf} from './text-file.js';

/** A label file of one kind may have a partition of the other beside it. */
export const PARTITION_FILES: readonly string[] = [
  'list_eval_partition.txt',
  'Eval/list_eval_partition.txt',
  'list_eval_partition.csv',
];
const IDENTITY_FILES = ['identity_CelebA.txt', 'Anno/identity_CelebA.txt'];

/** The parts by CelebA's numbers and by their usual names. */
const PARTS: ReadonlyMap<string, number> = new Map<string, number>([
  ...['0', 'train', 'training'].map(word => [word, partitions.train] as const),
  ...['1', 'val', 'valid', 'validation', 'dev'].map(word => [word, partitions.validation] as const),
  ...['2', 'test'].map(word => [word, partitions.test] as const),
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

/** The person in each image, by a name and a number in each line; undefined without such a file. */
export async function readIdentities(
  tree: FileTree,
  files: readonly string[],
): Promise<Int32Array | undefined> {
  const path = findIn(tree, IDENTITY_FILES);
  if (path === undefined) return undefined;
  const file = tree.nameOf(path);
  const numberOf = (value: string): number | undefined =>
    /^\d{1,9}$/.test(value) ? Number(value) : undefined;
  const byName = parseValues(textOf(await readBytes(tree, path), file), file, numberOf, 'a number');
  return Int32Array.from(files, name => byName.get(name) ?? -1);
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
