import {createHash} from 'node:crypto';
import type {CatalogueContext} from '../catalogue.js';
import type {FileTree} from '../files/file-tree.js';
import {cachedTable} from '../table-cache.js';
import type {LabelTable, TextTable} from './layout.js';
import {plainNames} from './plain-names.js';
import {withoutRepeatedRows} from './repeated-rows.js';
import {readBytes, textOf} from './text-file.js';

/** Parsing less again takes no time. */
const CACHED_FROM_BYTES = 1_000_000;

/** What came of reading a text file. */
type FromText<T> = {
  readonly value: T;
  /** Of the file's content. */
  readonly hash: string;
};

/**
 * What parsing a text file gives. For a long one it is cached under a hash of the content, which takes a
 * tenth of the time that parsing takes; whatever happens to the file, it is never stale.
 *
 * @param key Everything else that the result depends on.
 */
export async function cachedFromText<T>(
  tree: FileTree,
  path: string,
  {cacheFolder}: Pick<CatalogueContext, 'cacheFolder'>,
  key: readonly string[],
  parse: (text: string, file: string) => T,
): Promise<FromText<T>> {
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

/** The table of labels in a text file. @param kind Of the file, so that two kinds never mix. */
export async function readTable(
  tree: FileTree,
  path: string,
  context: Pick<CatalogueContext, 'cacheFolder' | 'onWarning'>,
  kind: string,
  parse: (text: string, file: string) => LabelTable,
): Promise<TextTable> {
  const key = ['labels-2', kind];
  const {value, hash} = await cachedFromText(tree, path, context, key, (text, file) => {
    const parsed = parse(text, file);
    const named = {...parsed, files: plainNames(parsed.files, file)};
    const {table, repeated} = withoutRepeatedRows(named, file);
    const {attributes, files, labels} = table;
    // One text is read back in a third of the time of as many as there are images.
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
