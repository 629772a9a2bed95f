import {type FileTree, isClutter, join} from '../../files/file-tree.js';
import {isImageName} from '../image-names.js';
import {assertNotTooMany} from '../label-rows.js';

/** Deeper folders are not looked into; a link may lead in a circle. */
const MAX_DEPTH = 8;

/** What a folder holds, with all folders in it. Paths are within the tree, in a fixed order. */
export type ListedImages = {
  /** By their endings. */
  readonly images: readonly string[];
  /** Folders without images are among them. */
  readonly folders: readonly string[];
};

/** Lists the images of a tree. @throws UserError where there are too many. */
export function listImages(tree: FileTree): ListedImages {
  const images: string[] = [];
  const folders: string[] = [];
  const visit = (folder: string, depth: number): void => {
    folders.push(folder);
    const inner: string[] = [];
    for (const name of [...(tree.names(folder) ?? [])].sort()) {
      // A line of a label file cannot name it.
      if (isClutter(name) || name.includes('\n')) continue;
      const path = join(folder, name);
      if (isImageName(name)) images.push(path);
      else if (tree.isFolder(path)) inner.push(path);
    }
    assertNotTooMany(images.length, 1, tree.place);
    if (depth < MAX_DEPTH) for (const path of inner) visit(path, depth + 1);
  };
  visit('', 0);
  return {images, folders};
}

/** The folder of a path; '' for the tree itself. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
