import {existsSync, readdirSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {FileTree} from './file-tree.js';

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
    readFile: name => readFile(nameOf(name)),
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
