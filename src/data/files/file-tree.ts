import type {ImageLocation} from '../images/location.js';

/**
 * The files of a data set, in a folder or in a zip that is read without unpacking it. Paths within
 * it have / between their parts; the tree itself is ''.
 */
export type FileTree = {
  readonly kind: 'folder' | 'zip';
  readonly place: string;
  readonly has: (path: string) => boolean;
  readonly isFolder: (path: string) => boolean;
  /** Names of the files and folders in a folder; undefined where there is no such folder. */
  readonly names: (folder: string) => ReadonlySet<string> | undefined;
  /**
   * Some names in a folder, at most `count`: enough to see what it is. Empty where there is none.
   */
  readonly someNames: (folder: string, count: number) => readonly string[];
  /** Where a file is, for messages. */
  readonly nameOf: (path: string) => string;
  /** Where the bytes of a file are, whether it is there or not. */
  readonly locate: (path: string) => ImageLocation;
  /** All bytes of a file of text. Rejects with what the file system says. */
  readonly readFile: (path: string) => Promise<Buffer>;
  /** At most the first bytes of a file. Rejects as `readFile`. */
  readonly readStart: (path: string, bytes: number) => Promise<Buffer>;
};

/** Only a folder of images has more names; no other file is searched for in it. */
const LOOKED_AT = 1000;
const MAX_FOLDERS = 200;

/** Whether a system or an archive tool put it there: `._000001.jpg`, `__MACOSX`, `Thumbs.db`. */
export function isClutter(name: string): boolean {
  return name.startsWith('.') || name === '__MACOSX' || name === 'Thumbs.db';
}

/** The first of these paths that exists, in the capitals that it has there. Case is ignored. */
export function findIn(tree: FileTree, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const written = writtenPath(tree, path);
    if (written !== undefined) return written;
  }
  return undefined;
}

function writtenPath(tree: FileTree, path: string): string | undefined {
  if (tree.has(path)) return path;
  let folder = '';
  for (const part of path.split('/')) {
    const name = tree.has(join(folder, part))
      ? part
      : tree
          .someNames(folder, LOOKED_AT)
          .find(candidate => candidate.toLowerCase() === part.toLowerCase());
    if (name === undefined) return undefined;
    folder = join(folder, name);
  }
  return folder;
}

/** A path within a tree. */
export function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The files below a folder of a tree. */
export function subTree(tree: FileTree, folder: string): FileTree {
  if (folder === '') return tree;
  const full = (path: string): string => (path === '' ? folder : `${folder}/${path}`);
  return {
    kind: tree.kind,
    place: tree.kind === 'zip' ? tree.place : tree.nameOf(folder),
    has: path => tree.has(full(path)),
    isFolder: path => tree.isFolder(full(path)),
    names: path => tree.names(full(path)),
    someNames: (path, count) => tree.someNames(full(path), count),
    nameOf: path => tree.nameOf(full(path)),
    locate: path => tree.locate(full(path)),
    readFile: path => tree.readFile(full(path)),
    readStart: (path, bytes) => tree.readStart(full(path), bytes),
  };
}

/**
 * The folders below a folder, level by level, clutter left out: an archive is often unpacked into a
 * folder of its own. A folder with very many files is looked into only as far as its first ones.
 *
 * @param depth How many levels.
 * @returns     Paths of each level, the folder itself first.
 */
export function folderLevels(tree: FileTree, depth: number): string[][] {
  const levels = [['']];
  for (let level = 0; level < depth; level++) {
    const folders = (levels.at(-1) ?? []).flatMap(folder =>
      tree
        .someNames(folder, LOOKED_AT)
        .filter(name => !isClutter(name) && !/\.\w{2,4}$/.test(name))
        .sort()
        .map(name => join(folder, name))
        .filter(path => tree.isFolder(path)),
    );
    levels.push(folders.slice(0, MAX_FOLDERS));
  }
  return levels;
}
