import type {CatalogueContext, Pictures} from '../catalogue.js';
import type {FileTree} from '../files/file-tree.js';
import {zipTree} from '../files/zip-tree.js';
import {dataError} from './text-file.js';

/**
 * The pictures that labels name: in a folder of the tree, or in a zip of that name in its place.
 * `candidates` are the places where they may be, the most nested last: archives are often unpacked
 * into a folder of their own name.
 */
export async function findPictures(
  tree: FileTree,
  candidates: readonly string[],
  files: readonly string[],
  context: CatalogueContext,
): Promise<Pictures> {
  const {tree: holder, folder} = await findFolder(tree, candidates);
  refusePaths(files);
  const prefix = folder === '' ? '' : `${folder}/`;
  return {
    missing: countMissing(holder, folder, files, context),
    locate: position => holder.locate(`${prefix}${files[position] ?? ''}`),
  };
}

type Found = {readonly tree: FileTree; readonly folder: string};

async function findFolder(tree: FileTree, candidates: readonly string[]): Promise<Found> {
  const folder = deepest(tree, candidates);
  if (folder !== undefined) return {tree, folder};
  const zipped = candidates.map(name => `${name}.zip`).find(name => tree.has(name));
  if (tree.kind === 'folder' && zipped !== undefined) {
    const zip = await zipTree(tree.nameOf(zipped));
    return {tree: zip, folder: deepest(zip, candidates) ?? ''};
  }
  throw dataError(
    `${tree.nameOf(candidates[0] ?? '')} is missing: the labels are there, the pictures are not.`,
    tree.kind === 'zip'
      ? 'Unpack the zip beside its pictures, or download the whole one.'
      : `Put the archive of the pictures, ${candidates[0]}.zip, into ${tree.place}, or unpack it there.`,
  );
}

function deepest(tree: FileTree, candidates: readonly string[]): string | undefined {
  return candidates.filter(name => tree.names(name) !== undefined).at(-1);
}

/** A label file names pictures of its own folder, and never reaches another. */
function refusePaths(files: readonly string[]): void {
  const outside = files.find(name => /[\\/]|^\.{1,2}$/.test(name));
  if (outside === undefined) return;
  throw dataError(
    `${JSON.stringify(outside)} in the label file is a path. Expected the plain name of a picture.`,
    'Put the pictures into one folder, and their names alone into the label file.',
  );
}

function countMissing(
  tree: FileTree,
  folder: string,
  files: readonly string[],
  {onWarning}: CatalogueContext,
): number {
  const present = tree.names(folder) ?? new Set();
  const missing = files.filter(name => !present.has(name));
  const place = tree.nameOf(folder);
  if (missing.length === 0) return 0;
  if (missing.length === files.length) {
    throw dataError(
      `${place}: none of the ${files.length} pictures that the labels name is there, such as ${missing[0]}.`,
      'Unpack the archive of the pictures there.',
    );
  }
  onWarning(
    `${place}: ${missing.length} of ${files.length} pictures are missing, such as ${missing[0]}.`,
  );
  return missing.length;
}
