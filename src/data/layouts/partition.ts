import {type CatalogueContext, partitions} from '../catalogue.js';
import {findIn, type FileTree} from '../files/file-tree.js';
import {assertNotTooMany} from './label-rows.js';
import {dataError, Lines} from './text-file.js';
import type {TextTable} from './layout.js';
import {baseName, stemOf} from './image-names.js';
import {cachedFromText} from './read-table.js';

/** A label file of one kind may have a partition of the other beside it. */
export const PARTITION_FILES: readonly string[] = [
  'list_eval_partition.txt',
  'Eval/list_eval_partition.txt',
  'list_eval_partition.csv',
];

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

/** The parts by CelebA's numbers and by their usual names. */
const PARTS: ReadonlyMap<string | undefined, number> = new Map<string, number>([
  ...['0', 'train', 'training'].map(word => [word, partitions.train] as const),
  ...['1', 'val', 'valid', 'validation', 'dev'].map(word => [word, partitions.validation] as const),
  ...['2', 'test'].map(word => [word, partitions.test] as const),
]);

/**
 * Reads a partition: a name and 0, 1 or 2 (or train, val, test) in each line, in any order. A first
 * line of column names is skipped.
 *
 * @throws UserError where a line is malformed, or an image has none.
 */
export function parsePartition(text: string, file: string, files: readonly string[]): Uint8Array {
  const byName = new Map<string, number>();
  const lines = new Lines(text);
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const [name, value, ...rest] = line.split(/\s*[,;]\s*|\s+/).map(unquoted);
    const part = PARTS.get(value?.toLowerCase());
    if (name === undefined || rest.length > 0 || part === undefined) {
      if (
        lines.number === 1 &&
        /^"?(image_id|filename|file_name|img_name|image)?"?[,;\s]/i.test(line)
      )
        continue;
      throw dataError(
        `${file}:${lines.number}: Expected a file name and 0, 1 or 2; received ${JSON.stringify(line.slice(0, 80))}.`,
        'Download it again, or correct this line.',
      );
    }
    byName.set(baseName(name), part);
    assertNotTooMany(byName.size, 1, file);
  }
  const byStem = (name: string): number | undefined => {
    stems ??= new Map([...byName].map(([key, part]) => [stemOf(key), part]));
    return stems.get(stemOf(name));
  };
  let stems: Map<string, number> | undefined;
  return Uint8Array.from(files, name => {
    const value = byName.get(name) ?? byStem(name);
    if (value !== undefined) return value;
    throw dataError(
      `${file}: ${name} has no line. Expected one for each labelled image.`,
      'Download it again.',
    );
  });
}

function unquoted(cell: string): string {
  return cell.replace(/^"(.*)"$/, '$1');
}
