import type {CatalogueContext, Images} from '../catalogue.js';
import {type FileTree, findIn, folderLevels, isClutter, join} from '../files/file-tree.js';
import {kindOfFile, unpackedBy} from '../files/kind-of-file.js';
import {sourceState} from '../files/source-state.js';
import {zipTree} from '../files/zip-tree.js';
import {cachedTable} from '../table-cache.js';
import {matchNames, possibleNames} from './image-names.js';
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

type Matched = {readonly absent: Uint32Array; readonly renamed: readonly string[] | undefined};

/**
 * Which images are there, and under which names. Listing a folder of 200,000 images takes a while,
 * so the result is cached until the folder changes.
 */
async function matchedNames(
  tree: FileTree,
  folder: string,
  {files, hash}: TextTable,
  {cacheFolder, now = Date.now}: CatalogueContext,
): Promise<Matched> {
  const match = (): Matched => matchNames(files, tree.names(folder) ?? new Set());
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
    throw dataError(
      `${place}: all ${total} images that the labels name are missing, such as ${example}. ${whatIsThere(tree, folder)}`,
      'Unpack the archive of the images there, or name the folder that belongs to these labels with --data DIR.',
    );
  }
  onWarning(
    `${place}: ${count} of ${total} images are missing, such as ${example}. Samples are drawn from the other ${total - count}.`,
  );
}

function whatIsThere(tree: FileTree, folder: string): string {
  const names = tree.someNames(folder, 1000).filter(name => !isClutter(name));
  const archive = names.find(name => unpackedBy(name) !== undefined);
  if (archive !== undefined) {
    return `It holds ${archive}, an archive that must be unpacked first: ${unpackedBy(archive)}.`;
  }
  if (names.length === 0) return 'The folder is empty.';
  return `It holds ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}.`;
}

/** Names of the image folder in the copies of CelebA by its authors, on Kaggle and elsewhere. */
export const CELEBA_FOLDERS: readonly string[] = [
  'img_align_celeba',
  'img_align_celeba_png',
  'img_celeba',
  'images',
  'img',
].flatMap(name => [name, `Img/${name}`]);

type ImageFolder = {readonly tree: FileTree; readonly folder: string};

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
): Promise<ImageFolder> {
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
  const written = candidates.flatMap(candidate => {
    const path = findIn(tree, [candidate]);
    return path !== undefined && tree.isFolder(path) ? [innermost(tree, path)] : [];
  });
  return [...new Set(written)];
}

function innermost(tree: FileTree, folder: string): string {
  let at = folder;
  for (let depth = 0; depth < MAX_NESTED; depth++) {
    const within = nestedIn(tree, at);
    if (within === undefined) return at;
    at = within;
  }
  return at;
}

/** The folder of the same name within, or the only thing that a folder holds. */
function nestedIn(tree: FileTree, folder: string): string | undefined {
  const same = join(folder, folder.slice(folder.lastIndexOf('/') + 1));
  if (tree.isFolder(same)) return same;
  const names = tree.someNames(folder, FEW).filter(name => !isClutter(name));
  const only = join(folder, names[0] ?? '');
  return names.length === 1 && tree.isFolder(only) ? only : undefined;
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
  const disguised = findIn(tree, candidates);
  const kind = disguised === undefined ? undefined : kindOfFile(tree.nameOf(disguised));
  if (disguised !== undefined) {
    return dataError(
      `${tree.nameOf(disguised)} is a file${kind === undefined ? '' : `: ${kind.what}`}. Expected a folder of images.`,
      kind?.hint.replace('FILE', disguised) ??
        `Put the archive of the images, ${usual}.zip, into ${tree.place}, or unpack it there.`,
    );
  }
  return dataError(
    missing,
    tree.kind === 'zip'
      ? 'Unpack the zip beside its images, or download the whole one.'
      : `Put the archive of the images, ${usual}.zip, into ${tree.place}, or unpack it there.`,
  );
}
