import path from 'node:path';
import {BadImage} from '../pictures/bad-image.js';
import type {PictureLocation} from '../pictures/location.js';
import {PictureReader} from '../pictures/picture-reader.js';
import type {FileTree} from './file-tree.js';
import {readZipEntries} from './zip-entries.js';

/** What macOS adds to the zips it makes. */
const IGNORED = '__MACOSX';

/**
 * The files in a zip. Where all of them are in one folder, the tree begins within it.
 *
 * @throws UserError with exit code 3 where the zip is damaged.
 */
export async function zipTree(file: string): Promise<FileTree> {
  const entries = await readZipEntries(file);
  const folders = foldersOf(entries.keys());
  const prefix = onlyFolder(folders);
  const full = (name: string): string => (name === '' ? prefix : `${prefix}${name}`);
  const folderOf = (name: string): ReadonlySet<string> | undefined =>
    folders.get(full(name).replace(/\/$/, ''));
  const nameOf = (name: string): string => path.join(file, full(name));
  const locate = (name: string): PictureLocation =>
    entries.get(full(name)) ?? {
      kind: 'unreadable',
      file,
      reason: 'the file is missing in the zip',
    };
  return {
    kind: 'zip',
    place: file,
    has: name => entries.has(full(name)) || folderOf(name) !== undefined,
    names: folderOf,
    nameOf,
    locate,
    readFile: async name => {
      const reader = new PictureReader();
      await Promise.resolve();
      try {
        return reader.read(locate(name));
      } catch (error) {
        if (error instanceof BadImage) throw new Error(error.message, {cause: error});
        throw error;
      } finally {
        reader.close();
      }
    },
  };
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

/** `celeba/` where that holds everything; a folder of pictures alone is no such wrapping. */
function onlyFolder(folders: ReadonlyMap<string, ReadonlySet<string>>): string {
  const [only, ...others] = [...(folders.get('') ?? [])].filter(name => name !== IGNORED);
  if (only === undefined || others.length > 0) return '';
  const inside = [...(folders.get(only) ?? [])];
  return inside.some(name => /^list_attr_celeba\.|^labels\.csv$|^Anno$/.test(name))
    ? `${only}/`
    : '';
}
