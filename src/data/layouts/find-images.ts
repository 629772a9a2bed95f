import type {CatalogueContext, Images} from '../catalogue.js';
import {type FileTree, findIn, folderLevels, isClutter, join} from '../files/file-tree.js';
import {describeNames, kindOfFile, unpackedBy} from '../files/kind-of-file.js';
import {sourceState} from '../files/source-state.js';
import {zipTree} from '../files/zip-tree.js';
import {cachedTable} from '../table-cache.js';
import {matchNames, type NameMatch, possibleNames} from './image-names.js';
import type {TextTable} from './layout.js';
import {dataError} from './text-file.js';

/** Fewer are listed quickly. */
const CACHED_FROM_IMAGES = 10_000;

/**
 * The images that labels name, in one of the candidates (see `findImageFolder`). An image with
 * another ending than the label file says is read under the name that it has.
 */
export async function findImages(
  tree: FileTree,
  candidates: readonly string[],
  table: TextTable,
  context: CatalogueContext,
): Promise<Images> {
  const {files} = table;
  const {tree: holder, folder} = await findImageFolder(tree, candidates, files);
  const {absent, renamed} = await matchedNames(holder, folder, table, context);
  tellAbsent(absent, files, holder, folder, context.onWarning);
  const names = renamed ?? files;
  return {
    absent,
    holders: [holder.kind === 'zip' ? holder.place : holder.nameOf(folder)],
    locate: position => holder.locate(join(folder, names[position] ?? '')),
  };
}

/**
 * Which images are there, and under which names. Listing a folder of 200,000 images takes a while,
 * so the result is cached until the folder changes.
 */
async function matchedNames(
  tree: FileTree,
  folder: string,
  {files, hash}: TextTable,
  {cacheFolder, now = Date.now}: CatalogueContext,
): Promise<NameMatch> {
  const match = (): NameMatch => matchNames(files, tree.names(folder) ?? new Set());
  if (tree.kind === 'zip' || files.length < CACHED_FROM_IMAGES) return match();
  const {text, isSettled} = await sourceState([tree.nameOf(folder)], now());
  if (!isSettled) return match();
  const cached = await cachedTable(cacheFolder, ['matched-names', text, hash], () => {
    const {absent, renamed} = match();
    // One long text is read back faster than 200,000 short ones.
    return {absent, renamed: renamed?.join('\n')};
  });
  return {absent: cached.absent, renamed: cached.renamed?.split('\n')};
}

function tellAbsent(
  {length: count, 0: first = 0}: Uint32Array,
  files: readonly string[],
  tree: FileTree,
  folder: string,
  onWarning: CatalogueContext['onWarning'],
): void {
  if (count === 0) return;
  const place = tree.nameOf(folder);
  const total = files.length;
  const example = files[first];
  if (count === total) {
    const names = tree.someNames(folder, 1000).filter(name => !isClutter(name));
    throw dataError(
      `${place}: all ${total} images that the labels name are missing, such as ${example}. ${describeNames(names)}`,
      'Unpack the archive of the images there, or name the folder that belongs to these labels with --data DIR.',
    );
  }
  onWarning(
    `${place}: ${count} of ${total} images are missing, such as ${example}. Samples are drawn from the other ${total - count}.`,
  );
}

/** A folder with at most this many entries is searched for a folder within it. */
const FEW = 20;
const MAX_NESTED = 3;
/** Images whose names decide which of several folders is meant. */
const TRIED = 24;

/**
 * The folder of images that labels name: one of the candidates, in the tree or in a zip of that
 * name, whatever capitals it has, or the folder of the label file itself. Archives are often
 * unpacked into a folder of their own name: the innermost is meant.
 *
 * @param files Names in the label file: of several folders, the one that has some is meant.
 * @throws UserError where there is none, with what is there instead.
 */
async function findImageFolder(
  tree: FileTree,
  candidates: readonly string[],
  files: readonly string[],
): Promise<{readonly tree: FileTree; readonly folder: string}> {
  const folders = foldersIn(tree, candidates);
  const filled = folders.find(folder => hasSome(tree, folder, files));
  if (filled !== undefined) return {tree, folder: filled};
  const zipped = findIn(
    tree,
    candidates.map(name => `${name}.zip`),
  );
  if (tree.kind === 'folder' && zipped !== undefined) {
    const zip = await zipTree(tree.nameOf(zipped));
    return {tree: zip, folder: folderInZip(zip, candidates, files)};
  }
  const [usual] = folders;
  if (usual !== undefined) return {tree, folder: usual};
  if (hasSome(tree, '', files)) return {tree, folder: ''};
  throw missingFolder(tree, candidates);
}

function foldersIn(tree: FileTree, candidates: readonly string[]): string[] {
  const written = candidates.flatMap(candidate => findIn(tree, [candidate]) ?? []);
  const folders = written.filter(path => tree.isFolder(path)).map(path => innermost(tree, path));
  return [...new Set(folders)];
}

/** Goes into a folder of the same name, or into the only thing that a folder holds. */
function innermost(tree: FileTree, folder: string, depth = MAX_NESTED): string {
  const names = tree.someNames(folder, FEW).filter(name => !isClutter(name));
  const inner = [folder.slice(folder.lastIndexOf('/') + 1), ...(names.length === 1 ? names : [])]
    .map(name => join(folder, name))
    .find(path => tree.isFolder(path));
  return inner === undefined || depth === 0 ? folder : innermost(tree, inner, depth - 1);
}

function folderInZip(
  zip: FileTree,
  candidates: readonly string[],
  files: readonly string[],
): string {
  const folders = [...foldersIn(zip, candidates), ...folderLevels(zip, MAX_NESTED).flat()];
  return folders.find(folder => hasSome(zip, folder, files)) ?? folders[0] ?? '';
}

/** Whether a folder has some of the images, under their names or with another ending. */
function hasSome(tree: FileTree, folder: string, files: readonly string[]): boolean {
  const step = Math.max(1, Math.floor(files.length / TRIED));
  for (let at = 0; at < files.length; at += step) {
    const names = possibleNames(files[at] as string);
    if (names.some(name => tree.has(join(folder, name)))) return true;
  }
  return false;
}

function missingFolder(tree: FileTree, candidates: readonly string[]): Error {
  const [usual = ''] = candidates;
  const archive = ['', usual.slice(0, Math.max(0, usual.lastIndexOf('/')))]
    .flatMap(folder => tree.someNames(folder, 1000).map(name => join(folder, name)))
    .find(name => unpackedBy(name) !== undefined);
  const missing = `${tree.nameOf(usual)} is missing: the labels are there, the images are not.`;
  if (archive !== undefined) {
    return dataError(
      `${missing} ${tree.nameOf(archive)} is an archive that cannot be read without unpacking.`,
      `Unpack it in ${tree.place}: ${unpackedBy(archive)}`,
    );
  }
  const hint =
    tree.kind === 'zip'
      ? 'Unpack the zip beside its images, or download the whole one.'
      : `Put the archive of the images, ${usual}.zip, into ${tree.place}, or unpack it there.`;
  const disguised = findIn(tree, candidates);
  if (disguised === undefined) return dataError(missing, hint);
  const kind = kindOfFile(tree.nameOf(disguised));
  return dataError(
    `${tree.nameOf(disguised)} is a file${kind === undefined ? '' : `: ${kind.what}`}. Expected a folder of images.`,
    kind?.hint.replace('FILE', disguised) ?? hint,
  );
}
