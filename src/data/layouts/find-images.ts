import type {CatalogueContext, Images} from '../catalogue.js';
import {isClutter, join, type FileTree} from '../files/file-tree.js';
import {sourceState} from '../files/source-state.js';
import {unpackedBy} from '../files/kind-of-file.js';
import {cachedTable} from '../table-cache.js';
import {findImageFolder} from './image-folder.js';
import type {TextTable} from './layout.js';
import {matchNames} from './match-names.js';
import {dataError} from './text-file.js';

/** Fewer are listed in no time. */
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
 * Which images are there, and under which names, from one listing of their folder. Listing a folder
 * of 200,000 takes its time: the result is cached until the folder changes.
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
    // One text is read back sooner than as many as there are images.
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
      `${place}: none of the ${total} images that the labels name is there, such as ${example}. ${whatIsThere(tree, folder)}`,
      'Unpack the archive of the images there, or name the folder that belongs to these labels with --data DIR.',
    );
  }
  onWarning(
    `${place}: ${count} of ${total} images are missing, such as ${example}. Samples are drawn from the ${total - count} that are there.`,
  );
}

function whatIsThere(tree: FileTree, folder: string): string {
  const names = tree.someNames(folder, 1000).filter(name => !isClutter(name));
  const archive = names.find(name => unpackedBy(name) !== undefined);
  if (archive !== undefined) {
    return `It holds ${archive}, an archive that has to be unpacked first: ${unpackedBy(archive)}.`;
  }
  if (names.length === 0) return 'The folder is empty.';
  return `It holds ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}.`;
}
