import type {CatalogueContext} from '../catalogue.js';
import {findIn, type FileTree} from '../files/file-tree.js';
import {Lines} from './lines.js';
import type {TextTable} from './layout.js';
import {keptFromText} from './read-table.js';
import {dataError} from './text-file.js';

/** The partition of a data set, where one of these files is there. */
export async function readPartition(
  tree: FileTree,
  names: readonly string[],
  {files, hash}: TextTable,
  context: Pick<CatalogueContext, 'cacheFolder'>,
): Promise<Uint8Array | undefined> {
  const name = findIn(tree, names);
  if (name === undefined) return undefined;
  const parse = (text: string, file: string): Uint8Array => parsePartition(text, file, files);
  return (await keptFromText(tree, name, context, ['partition', hash], parse)).value;
}

/**
 * Reads a partition: a name and 0, 1 or 2 in each line, in the order of `files` or another. A
 * first line of column names is passed over.
 *
 * @throws UserError where a line is not that, or a file has none.
 */
export function parsePartition(text: string, file: string, files: readonly string[]): Uint8Array {
  const byName = new Map<string, number>();
  const lines = new Lines(text);
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const [name, value, ...rest] = line.split(/[\s,]+/);
    const isPart = value === '0' || value === '1' || value === '2';
    if (name === undefined || rest.length > 0 || !isPart) {
      if (lines.number === 1 && /^(image_id|filename|image)?,/.test(line)) continue;
      throw dataError(
        `${file}:${lines.number}: Expected a file name and 0, 1 or 2; received ${JSON.stringify(line.slice(0, 80))}.`,
        'Download it again, or correct this line.',
      );
    }
    byName.set(name, Number(value));
  }
  return Uint8Array.from(files, name => {
    const value = byName.get(name);
    if (value !== undefined) return value;
    throw dataError(
      `${file}: ${name} has no line. Expected one for each labelled image.`,
      'Download it again.',
    );
  });
}
