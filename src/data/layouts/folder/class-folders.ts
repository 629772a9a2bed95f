import type {FileTree} from '../../files/file-tree.js';
import {partOfName} from '../named-values.js';
import {dataError} from '../text-file.js';
import type {ListedImages} from './list-images.js';

/** The head of a data set with a folder for each class. */
export const CLASS_HEAD = 'class';

/** Where an image is: the folder of its class, and the part above it, as in `partitions`. */
type ClassPlace = {readonly className: string; readonly part: number | undefined};

/** Images in a folder for each class, as torchvision's ImageFolder has them. */
export type ClassFolders = {
  readonly classes: readonly string[];
  /** undefined for an image beside the folders. */
  readonly placeOf: (image: string) => ClassPlace | undefined;
};

/**
 * Finds a folder for each class, in the tree itself or in its folders train, val and test.
 *
 * @returns undefined where there are fewer than two.
 * @throws UserError where a class has no images.
 */
export function classFolders(
  tree: FileTree,
  {images, folders}: ListedImages,
): ClassFolders | undefined {
  const tops = new Set(images.filter(isInFolder).map(image => image.split('/')[0]!));
  const hasParts = tops.size > 0 && [...tops].every(isPartFolder);
  const depth = hasParts ? 1 : 0;
  const placeOf = (image: string): ClassPlace | undefined => {
    const path = image.split('/');
    const [top = ''] = path;
    if (path.length < depth + 2) return undefined;
    return {className: path[depth]!, part: hasParts ? partOfName(top) : undefined};
  };
  const filled = new Set(images.flatMap(image => placeOf(image)?.className ?? []));
  if (filled.size < 2) return undefined;
  assertNoneEmpty(tree, folders, depth, filled, tops);
  return {classes: [...filled], placeOf};
}

function isInFolder(image: string): boolean {
  return image.includes('/');
}

/** Classes may be called 0, 1 and 2, so that only words are parts. */
export function isPartFolder(name: string): boolean {
  return !/^\d+$/.test(name) && partOfName(name) !== undefined;
}

function assertNoneEmpty(
  tree: FileTree,
  folders: readonly string[],
  depth: number,
  filled: ReadonlySet<string>,
  tops: ReadonlySet<string>,
): void {
  const empty = folders.find(folder => {
    const path = folder.split('/');
    const isClass = folder !== '' && path.length === depth + 1;
    return isClass && (depth === 0 || tops.has(path[0]!)) && !filled.has(path[depth]!);
  });
  if (empty === undefined) return;
  throw dataError(
    `${tree.nameOf(empty)}: the folder of the class ${empty.split('/')[depth]} has no images. Expected some in the folder of each class; received images of ${[...filled].slice(0, 5).join(', ')}.`,
    'Put its images there, or remove the folder. With a table of labels: --set data.source=folder --set data.labels=FILE',
  );
}
