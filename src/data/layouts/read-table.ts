import {firstRows} from './label-rows.js';
import {createHash} from 'node:crypto';
import type {CatalogueContext} from '../catalogue.js';
import type {FileTree} from '../files/file-tree.js';
import {cachedTable} from '../table-cache.js';
import {plainNames} from './image-names.js';
import {type Headings, parseLabels} from './label-tables.js';
import type {LabelTable, TextTable} from './layout.js';
import {dataError, readBytes, textOf} from './text-file.js';

/** Parsing less again takes no time. */
const CACHED_FROM_BYTES = 1_000_000;

/**
 * What parsing a text file gives. For a long one it is cached under a hash of the content, which
 * takes a tenth of the time that parsing takes; whatever happens to the file, it is never stale.
 *
 * @param key Everything else that the result depends on.
 * @returns   The result, and the hash.
 */
export async function cachedFromText<T>(
  tree: FileTree,
  path: string,
  {cacheFolder}: Pick<CatalogueContext, 'cacheFolder'>,
  key: readonly string[],
  parse: (text: string, file: string) => T,
): Promise<{readonly value: T; readonly hash: string}> {
  const bytes = await readBytes(tree, path);
  const hash = createHash('sha256').update(bytes).digest('hex');
  const file = tree.nameOf(path);
  const build = (): T => parse(textOf(bytes, file), file);
  const value =
    bytes.length < CACHED_FROM_BYTES
      ? build()
      : await cachedTable(cacheFolder, [...key, hash], build);
  return {value, hash};
}

/** The table of labels in a text file, with `headings` or without (see `parseLabels`). */
export async function readTable(
  tree: FileTree,
  path: string,
  context: Pick<CatalogueContext, 'cacheFolder' | 'onWarning'>,
  headings?: Headings,
): Promise<TextTable> {
  const key = ['labels-2', JSON.stringify(headings ?? null)];
  const {value, hash} = await cachedFromText(tree, path, context, key, (text, file) => {
    const parsed = parseLabels(text, file, headings);
    const table = withoutRepeatedRows({...parsed, files: plainNames(parsed.files, file)}, file);
    const {attributes, files, labels} = table;
    // One long text is read back in a third of the time of 200,000 short ones.
    const repeated = parsed.files.length - files.length;
    return {attributes, names: files.join('\n'), labels, repeated};
  });
  const {attributes, names, labels, repeated} = value;
  if (repeated > 0) {
    context.onWarning(
      `${tree.nameOf(path)}: ${repeated} rows repeat an image with the same labels; each image counts once.`,
    );
  }
  return {attributes, files: names.split('\n'), labels, hash};
}

/**
 * Leaves out rows that repeat an image with the same labels, as merged tables have them.
 *
 * @throws UserError where the rows of an image contradict each other.
 */
function withoutRepeatedRows(table: LabelTable, file: string): LabelTable {
  const {attributes, files, labels} = table;
  if (new Set(files).size === files.length) return table;
  const width = attributes.length;
  const rowOf = (row: number): Uint8Array => labels.subarray(row * width, (row + 1) * width);
  const rows = firstRows(files, (name, first, row) => {
    if (Buffer.compare(rowOf(first), rowOf(row)) === 0) return;
    throw dataError(
      `${file}: ${name} appears more than once, with different labels (rows ${first + 1} and ${row + 1}). Expected each image once.`,
      'Remove the wrong row.',
    );
  });
  const unique = new Uint8Array(rows.length * width);
  rows.forEach((row, index) => unique.set(rowOf(row), index * width));
  return {attributes, files: rows.map(row => files[row] as string), labels: unique};
}
