import type {CatalogueContext, Pictures} from '../catalogue.js';
import type {FileTree} from '../files/file-tree.js';
import {stateOf} from '../files/state-of.js';
import {zipTree} from '../files/zip-tree.js';
import {keptFor} from '../index-file.js';
import type {TextTable} from './layout.js';
import {dataError} from './text-file.js';

/** Fewer are listed in no time. */
const KEPT_PICTURES = 10_000;

/**
 * The pictures that labels name: in a folder of the tree, or in a zip of that name in its place.
 * `candidates` are the places where they may be, the most nested last: archives are often unpacked
 * into a folder of their own name.
 */
export async function findPictures(
  tree: FileTree,
  candidates: readonly string[],
  table: TextTable,
  context: CatalogueContext,
): Promise<Pictures> {
  const {tree: holder, folder} = await findFolder(tree, candidates);
  const {files} = table;
  const prefix = folder === '' ? '' : `${folder}/`;
  const absent = await absentPictures(holder, folder, table, context);
  tellAbsent(absent, files, holder.nameOf(folder), context.onWarning);
  return {
    absent,
    holders: [holder.kind === 'zip' ? holder.place : holder.nameOf(folder)],
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

/**
 * Positions of the pictures that are not there, ascending, from one listing of their folder. Listing a folder of 200,000 takes its time: what came of it is kept until the folder changes. */
async function absentPictures(
  tree: FileTree,
  folder: string,
  {files, hash}: TextTable,
  {cacheFolder, now = Date.now}: CatalogueContext,
): Promise<Uint32Array> {
  const find = (): Uint32Array => {
    refusePaths(files);
    const present = tree.names(folder) ?? new Set();
    return Uint32Array.from(files.keys()).filter(position => !present.has(files[position] ?? ''));
  };
  if (tree.kind === 'zip' || files.length < KEPT_PICTURES) return find();
  const state = await stateOf([tree.nameOf(folder)], now());
  return state === undefined
    ? find()
    : keptFor(cacheFolder, ['absent-positions', state, hash], find);
}

function tellAbsent(
  {length: count, 0: first = 0}: Uint32Array,
  files: readonly string[],
  place: string,
  onWarning: CatalogueContext['onWarning'],
): void {
  if (count === 0) return;
  const total = files.length;
  const example = files[first];
  if (count === total) {
    throw dataError(
      `${place}: none of the ${total} pictures that the labels name is there, such as ${example}.`,
      'Unpack the archive of the pictures there.',
    );
  }
  onWarning(
    `${place}: ${count} of ${total} pictures are missing, such as ${example}. Samples are drawn from the ${total - count} that are there.`,
  );
}
