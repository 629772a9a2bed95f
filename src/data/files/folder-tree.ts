import {existsSync, readdirSync} from 'node:fs';
import {readFileWithin} from '../../util/read-file.js';
import path from 'node:path';
import type {FileTree} from './file-tree.js';

/** Ten times the longest of the label files of CelebA. */
const MAX_TEXT_BYTES = 300_000_000;

/** The files of a folder. */
export function folderTree(folder: string): FileTree {
  const nameOf = (name: string): string => path.join(folder, name);
  return {
    kind: 'folder',
    place: folder,
    has: name => existsSync(nameOf(name)),
    names: name => namesIn(nameOf(name)),
    nameOf,
    locate: name => ({kind: 'file', file: nameOf(name)}),
    readFile: name => readFileWithin(nameOf(name), MAX_TEXT_BYTES),
  };
}

function namesIn(folder: string): ReadonlySet<string> | undefined {
  try {
    return new Set(readdirSync(folder));
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
