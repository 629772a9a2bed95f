import path from 'node:path';
import {BadImage} from '../images/location.js';
import type {ImageLocation} from '../images/location.js';
import {ImageReader} from '../images/image-reader.js';
import type {FileTree} from './file-tree.js';
import {readZipEntries} from './zip-entries.js';

/**
 * The files in a zip.
 *
 * @throws UserError with exit code 3 where the zip is damaged.
 */
export async function zipTree(file: string): Promise<FileTree> {
  const entries = await readZipEntries(file);
  const folders = foldersOf(entries.keys());
  const locate = (name: string): ImageLocation =>
    entries.get(name) ?? {
      kind: 'unreadable',
      file,
      reason: 'the file is missing in the zip',
    };
  return {
    kind: 'zip',
    place: file,
    has: name => entries.has(name) || folders.has(name),
    isFolder: name => folders.has(name),
    names: name => folders.get(name),
    someNames: (name, count) => firstOf(folders.get(name) ?? [], count),
    nameOf: name => path.join(file, name),
    locate,
    readFile: async name => {
      const reader = new ImageReader();
      try {
        return await reader.read(locate(name));
      } catch (error) {
        if (error instanceof BadImage) throw new Error(error.message, {cause: error});
        throw error;
      } finally {
        reader.close();
      }
    },
  };
}

function firstOf(names: Iterable<string>, count: number): string[] {
  const first: string[] = [];
  for (const name of names) {
    if (first.length === count) break;
    first.push(name);
  }
  return first.sort();
}

/** The names in every folder, by its path without a / at the end. */
function foldersOf(files: Iterable<string>): Map<string, Set<string>> {
  const folders = new Map<string, Set<string>>([['', new Set()]]);
  for (const file of files) {
    let child = file;
    while (child !== '') {
      const end = child.lastIndexOf('/');
      const folder = end === -1 ? '' : child.slice(0, end);
      const names = folders.get(folder);
      if (names !== undefined) {
        names.add(child.slice(end + 1));
        break;
      }
      folders.set(folder, new Set([child.slice(end + 1)]));
      child = folder;
    }
  }
  return folders;
}
