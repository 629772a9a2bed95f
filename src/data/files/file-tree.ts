import type {PictureLocation} from '../pictures/location.js';

/**
 * The files of a data set, in a folder or in a zip that is read without unpacking it. Paths within
 * it have / between their parts; the tree itself is ''.
 */
export type FileTree = {
  readonly kind: 'folder' | 'zip';
  /** The folder or the zip. */
  readonly place: string;
  /** Whether there is a file or a folder. */
  readonly has: (path: string) => boolean;
  /** Names of the files and folders in a folder; undefined where there is no such folder. */
  readonly names: (folder: string) => ReadonlySet<string> | undefined;
  /** Where a file is, for messages. */
  readonly nameOf: (path: string) => string;
  /** Where the bytes of a file are, whether it is there or not. */
  readonly locate: (path: string) => PictureLocation;
  /** All bytes of a file of text. Rejects with what the file system says. */
  readonly readFile: (path: string) => Promise<Buffer>;
};

/** The first of these paths that is there. */
export function findIn(tree: FileTree, paths: readonly string[]): string | undefined {
  return paths.find(path => tree.has(path));
}
