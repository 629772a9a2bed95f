import {findIn, type FileTree} from '../files/file-tree.js';
import {Lines} from './lines.js';
import {dataError, readTextFile} from './text-file.js';

const FILES = ['identity_CelebA.txt', 'Anno/identity_CelebA.txt'];

/** Who is in each image, where the file that says so is there: a name and a number in each line. */
export async function readIdentities(
  tree: FileTree,
  files: readonly string[],
): Promise<Int32Array | undefined> {
  const path = findIn(tree, FILES);
  if (path === undefined) return undefined;
  const byName = new Map<string, number>();
  const lines = new Lines(await readTextFile(tree, path));
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const [name, value, ...rest] = line.split(/[\s,]+/);
    if (name === undefined || rest.length > 0 || !/^\d{1,9}$/.test(value ?? '')) {
      throw dataError(
        `${tree.nameOf(path)}:${lines.number}: Expected a file name and a number; received ${JSON.stringify(line.slice(0, 80))}.`,
        'Download it again, or remove it: only data info reads it.',
      );
    }
    byName.set(name, Number(value));
  }
  return Int32Array.from(files, name => byName.get(name) ?? -1);
}
