import type {LabelKeys} from '../../../experiment/schema.js';
import {type Catalogue, type CatalogueContext, type Images} from '../../catalogue.js';
import {type FileTree, folderLevels, isClutter} from '../../files/file-tree.js';
import {describeNames} from '../../files/kind-of-file.js';
import {isImageName} from '../image-names.js';
import {type Layout, makeCatalogue} from '../layout.js';
import {identitiesOfNames} from '../named-values.js';
import {dataError} from '../text-file.js';
import {CLASS_HEAD, classFolders, isPartFolder} from './class-folders.js';
import {findTables, readHeadings, tablesIn} from './find-tables.js';
import {headName, isRejected, type LabelColumn} from './label-column.js';
import {labelsOfFolders, labelsOfNames, labelsOfTables} from './labelled-images.js';
import {folderOf, listImages} from './list-images.js';
import {isUtkFace, utkFaceColumns} from './utkface.js';

/**
 * People's own images: of any sizes and names, in any folders, with a table of labels, a folder for each
 * class, or names as UTKFace has them.
 */
export const imageFolder: Layout = {
  name: 'folder',
  expected: 'images with a table of labels (a CSV), or a folder of images for each class',
  recognises: tree => kindOf(tree) !== undefined,
  readAttributes,
  open,
};

/** What labels the images of a folder, by some of its names. */
function kindOf(tree: FileTree): 'table' | 'classes' | 'names' | undefined {
  const [, first = [], second = []] = folderLevels(tree, 2);
  const hasImages = (folder: string): boolean =>
    tree.someNames(folder, LOOKED_AT).some(name => isImageName(name) && !isClutter(name));
  const filled = first.filter(hasImages);
  const filledBelow = second.filter(hasImages);
  const folders = ['', ...filled, ...filledBelow].filter(hasImages);
  if (folders.length === 0) return undefined;
  if (tablesIn(tree).length > 0) return 'table';
  if (folders.some(folder => isUtkFace(tree.someNames(folder, LOOKED_AT).filter(isImageName))))
    return 'names';
  const hasParts = first.length > 0 && first.every(isPartFolder);
  const classes = hasParts ? filledBelow.map(folder => folder.split('/')[1]) : filled;
  return new Set(classes).size > 1 ? 'classes' : undefined;
}

/** Names that tell what a folder holds; a folder may have 200,000. */
const LOOKED_AT = 100;

async function readAttributes(tree: FileTree, keys: LabelKeys = {}): Promise<readonly string[]> {
  const [table] = await findTables(tree, keys);
  if (table !== undefined) return (await readHeadings(tree, table.path)).map(headName);
  return kindOf(tree) === 'names' ? utkFaceColumns : [CLASS_HEAD];
}

async function open(
  tree: FileTree,
  context: CatalogueContext,
  keys: LabelKeys = {},
): Promise<Catalogue> {
  const list = listImages(tree);
  if (list.images.length === 0) {
    throw dataError(
      `${tree.place}: no images in it. Expected ${imageFolder.expected}. ${describeNames(tree.someNames('', 1000).filter(name => !isClutter(name)))}`,
      'Name the folder that has the images with --data DIR. Images end in .jpg, .png, .webp, .bmp, .gif, .tif or .avif.',
    );
  }
  const tables = await findTables(tree, keys);
  const labelled =
    tables.length > 0
      ? await labelsOfTables(tree, tables, list.images, keys, context)
      : isUtkFace(list.images)
        ? labelsOfNames(list.images, tree.place, context)
        : labelsOfFolders(classFolders(tree, list), list.images, tree, context);
  const {files, paths, columns, parts, people} = labelled;
  const usable = columns.filter((column): column is LabelColumn => !isRejected(column));
  const labels = new Uint8Array(files.length * usable.length);
  usable.forEach((column, at) =>
    column.labels.forEach((label, row) => (labels[row * usable.length + at] = label)),
  );
  const images: Images = {
    absent: Uint32Array.from(paths.keys()).filter(position => paths[position] === undefined),
    holders:
      tree.kind === 'zip'
        ? [tree.place]
        : [...new Set(list.images.map(folderOf))].map(folder => tree.nameOf(folder)),
    // What a table says of an image that is missing may lead out of the folder.
    locate: position =>
      tree.locate(paths[position] ?? (files[position] ?? '').replaceAll(/[/\\]|^\.+/g, '_')),
  };
  const catalogue = makeCatalogue(
    tree.kind === 'zip' ? 'zip of images' : 'folder of images',
    tree.place,
    {attributes: usable.map(({name}) => name), files, labels},
    parts === undefined ? undefined : Uint8Array.from(parts),
    images,
    () => Promise.resolve(people === undefined ? identitiesOfNames(files) : numbersOf(people)),
  );
  return {
    ...catalogue,
    classes: new Map(usable.map(({name, classes}) => [name, classes])),
    rejected: new Map(columns.filter(isRejected).map(({name, reason}) => [name, reason])),
    keys: labelled.keys,
  };
}

/** A number for each different text; -1 for an empty one. */
function numbersOf(texts: readonly string[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(texts, text => {
    if (text === '') return -1;
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  });
}
