import {existsSync, opendirSync, readdirSync, statSync} from 'node:fs';
import path from 'node:path';
import {fsPath, textOfBytes} from '../../util/raw-names.js';
import {readFileStart, readFileWithin} from '../../util/safe-file.js';
import type {FileTree} from './file-tree.js';

/** Ten times the longest of the label files of CelebA. */
const MAX_TEXT_BYTES = 300_000_000;

/** The files of a folder. */
export function folderTree(folder: string): FileTree {
  const nameOf = (name: string): string => path.join(folder, name);
  return {
    kind: 'folder',
    place: folder,
    has: name => existsSync(fsPath(nameOf(name))),
    isFolder: name =>
      statSync(fsPath(nameOf(name)), {throwIfNoEntry: false})?.isDirectory() ?? false,
    names: name => namesIn(nameOf(name)),
    someNames: (name, count) => someNamesIn(nameOf(name), count),
    nameOf,
    locate: name => ({kind: 'file', file: nameOf(name)}),
    readFile: name => readFileWithin(fsPath(nameOf(name)), MAX_TEXT_BYTES),
    readStart: (name, bytes) => readFileStart(fsPath(nameOf(name)), bytes),
  };
}

function namesIn(folder: string): ReadonlySet<string> | undefined {
  try {
    const names = readdirSync(fsPath(folder));
    if (!names.some(name => name.includes('\ufffd'))) return new Set(names);
    return new Set(readdirSync(fsPath(folder), {encoding: 'buffer'}).map(textOfBytes));
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Lists no more than it needs: a folder may have 200,000 files. */
function someNamesIn(folder: string, count: number): string[] {
  const names: string[] = [];
  try {
    const handle = opendirSync(Buffer.from(fsPath(folder)), {encoding: 'buffer' as BufferEncoding});
    try {
      for (let entry = handle.readSync(); entry !== null; entry = handle.readSync()) {
        // With this encoding a name is its bytes; the types do not know it.
        const name: unknown = entry.name;
        names.push(textOfBytes(name as Uint8Array));
        if (names.length === count) break;
      }
    } finally {
      handle.closeSync();
    }
  } catch {
    // A folder that cannot be listed has no names.
  }
  return names.sort();
}
