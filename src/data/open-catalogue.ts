import {existsSync, statSync} from 'node:fs';
import path from 'node:path';
import type {LabelKeys, SourceKeys} from '../experiment/schema.js';
import {fsPath} from '../util/raw-names.js';
import type {Catalogue, CatalogueContext} from './catalogue.js';
import {type FileTree, folderLevels, isClutter, subTree} from './files/file-tree.js';
import {folderTree} from './files/folder-tree.js';
import {describeNames, kindOfFile} from './files/kind-of-file.js';
import {zipTree} from './files/zip-tree.js';
import {imageFolder} from './layouts/folder/folder-layout.js';
import {isImageName} from './layouts/image-names.js';
import {identitiesOfNames} from './layouts/named-values.js';
import {amls, celeba, kaggle} from './layouts/text-layouts.js';
import type {Layout} from './layouts/layout.js';
import {parquet} from './layouts/parquet.js';
import {dataError} from './layouts/text-file.js';
import {tfrecord} from './layouts/tfrecord.js';

export type OpenOptions = CatalogueContext & {readonly root: string};

/** Opens the data of an experiment. @throws UserError with exit code 3. */
export async function openCatalogue(
  {source, ...keys}: SourceKeys,
  options: OpenOptions,
): Promise<Catalogue> {
  if (source === 'sample') {
    // What draws faces is large, and other data need none of it.
    const {ensureSample} = await import('./sample/ensure-sample.js');
    const folder = await ensureSample(options.cacheFolder, {
      signal: options.signal,
      onProgress: (done, total) => options.onProgress('drawing', done, total),
    });
    return {
      ...(await celeba.open(folderTree(folder), options)),
      layout: 'sample faces',
      source: 'sample faces',
    };
  }
  const {layout, tree} = await findLayout(source, options.root, keys);
  const catalogue = await layout.open(tree, options, keys);
  if (isCelebA(catalogue)) {
    options.onWarning(
      'CelebA is for non-commercial research only and may not be redistributed: do not publish its images.',
    );
  }
  return catalogue;
}

/**
 * Finds the data of an experiment by the names of its files, and reads the names of its attributes.
 *
 * @throws UserError that says why the experiment cannot read its data.
 */
export async function readAttributes(
  {source, ...keys}: LabelKeys & {readonly source: FoundSource},
  root: string,
): Promise<readonly string[]> {
  const {layout, tree} = await findLayout(source, root, keys);
  return layout.readAttributes(tree, keys);
}

/** What the folder of the data decides: the sample faces are in the cache. */
type FoundSource = Exclude<SourceKeys['source'], 'sample'>;

type FoundLayout = {readonly layout: Layout; readonly tree: FileTree};

/** How deep an archive may put the data: `data/celeba/`, `archive/celeba/`. */
const DEPTH = 3;

/**
 * Finds data in the requested layout, or in any for `auto`: in the folder itself, in the only
 * folder below it that has data, or in a zip that it holds or is.
 *
 * @throws UserError with exit code 3 where there is none, or more than one.
 */
async function findLayout(
  source: FoundSource,
  root: string,
  {labels}: LabelKeys,
): Promise<FoundLayout> {
  const asked = knownLayouts.find(({name}) => name === source);
  assertThere(asked, root);
  const [first] = treesAt(root);
  // What is asked for is opened, so that it says what is missing.
  if (labels !== undefined) return {layout: imageFolder, tree: await first!()};
  let failure: Error | undefined;
  let different: Layout | undefined;
  for (const open of treesAt(root)) {
    try {
      const tree = await open();
      const layouts = layoutsBelow(tree, root);
      const match = await matchIn(layouts, asked);
      if (match !== undefined) return match;
      different ??= layouts[0]?.layout;
    } catch (error) {
      // Another zip may be the right one.
      failure ??= error as Error;
    }
  }
  if (failure !== undefined) throw failure;
  if (asked === imageFolder) return {layout: imageFolder, tree: await first!()};
  throw noData(root, asked, different);
}

function noData(root: string, asked: Layout | undefined, different: Layout | undefined): Error {
  return dataError(
    `${root}: no known data in it. Expected ${asked?.expected ?? knownLayouts.map(({expected}) => expected).join('; or ')}.${whatElse(root)}`,
    different === undefined
      ? 'data/README.md says where to get CelebA, and docs/own-images.md how to label your own images. The sample faces need no data: --set data.source=sample'
      : `It has the layout ${different.name}: --set data.source=auto`,
  );
}

/** The requested layout; for `auto` the first whose files fit it, too, or the first of all. */
async function matchIn(
  layouts: readonly FoundLayout[],
  asked: Layout | undefined,
): Promise<FoundLayout | undefined> {
  if (asked !== undefined) return layouts.find(({layout}) => layout === asked);
  for (const candidate of layouts) {
    const {layout, tree} = candidate;
    if (layout.fits === undefined || (await layout.fits(tree))) return candidate;
  }
  return layouts[0];
}

/** The data sets of the highest level that has one, in the order in which `auto` tries layouts. */
function layoutsBelow(tree: FileTree, root: string): FoundLayout[] {
  for (const level of folderLevels(tree, DEPTH)) {
    const trees = level.map(folder => subTree(tree, folder));
    const layouts = trees.map(below => knownLayouts.filter(({recognises}) => recognises(below)));
    const holders = trees.filter((_, index) => layouts[index]?.length);
    if (holders.length > 1) {
      throw dataError(
        `${root}: ${holders.length} folders in it contain data: ${holders.map(below => below.nameOf('')).join(', ')}. Expected one.`,
        'Name one of them with --data DIR.',
      );
    }
    const [holder] = holders;
    if (holder !== undefined) {
      return layouts.flat().map(layout => ({layout, tree: holder}));
    }
  }
  return [];
}

function assertThere(asked: Layout | undefined, root: string): void {
  if (existsSync(fsPath(root))) return;
  if (asked === imageFolder)
    throw dataError(
      `${root}: no such folder. Expected ${asked.expected}.`,
      'Correct data.root, or name the folder with --data DIR.',
    );
  throw dataError(
    `${root}: no such folder. Expected CelebA: ${(asked ?? celeba).expected}.`,
    'Name the folder with --data DIR, or try the sample faces: --set data.source=sample',
  );
}

/** The zips are opened only where the folder itself is no data set. */
function treesAt(root: string): (() => FileTree | Promise<FileTree>)[] {
  if (!statSync(fsPath(root)).isDirectory()) return [() => zipTree(root)];
  const zips = [...(folderTree(root).names('') ?? [])]
    .filter(name => /\.zip$/i.test(name) && !isClutter(name))
    .sort()
    .map(name => () => zipTree(path.join(root, name)));
  return [() => folderTree(root), ...zips];
}

/** What is there instead, with what to do about it. */
function whatElse(root: string): string {
  if (!statSync(fsPath(root)).isDirectory()) return '';
  const names = [...folderTree(root).someNames('', 1000)].filter(name => !isClutter(name)).sort();
  const images = names.filter(isImageName);
  for (const name of names.filter(file => !isImageName(file)).slice(0, 20)) {
    const kind = kindOfFile(path.join(root, name));
    if (kind !== undefined) return ` ${name} is ${kind.what}. ${kind.hint.replace('FILE', name)}`;
  }
  if (images.length > 0)
    return ` It holds images, such as ${images[0]}, and no labels for them: celeba-tui predict RUN ${root} classifies them.`;
  return ` ${describeNames(names)}`;
}

/** The 40 attributes of CelebA, in the order of its label file. */
const ATTRIBUTES: ReadonlySet<string> = new Set(
  `5_o_Clock_Shadow Arched_Eyebrows Attractive Bags_Under_Eyes Bald Bangs Big_Lips Big_Nose Black_Hair
  Blond_Hair Blurry Brown_Hair Bushy_Eyebrows Chubby Double_Chin Eyeglasses Goatee Gray_Hair Heavy_Makeup
  High_Cheekbones Male Mouth_Slightly_Open Mustache Narrow_Eyes No_Beard Oval_Face Pale_Skin Pointy_Nose
  Receding_Hairline Rosy_Cheeks Sideburns Smiling Straight_Hair Wavy_Hair Wearing_Earrings Wearing_Hat
  Wearing_Lipstick Wearing_Necklace Wearing_Necktie Young`.split(/\s+/),
);

/** Names of folders with CelebA, CelebA-HQ or CelebAMask-HQ. */
const NAMES = /^celeb[-_]?a([-_]?mask)?([-_]?hq)?([-_]?\d+)?$/i;

/** People's own data may have some of these names, but not most of them. */
const MOST = 30;

/**
 * Whether a data set is CelebA or a part of it, so that people must be told its licence: it has
 * most of CelebA's attributes, or the layout of courses with just `gender` and `smiling`. Its
 * layout tells nothing: people lay out their own data like CelebA.
 */
function isCelebA({attributes, layout, files, place, keys}: Catalogue): boolean {
  const ofCelebA = attributes.filter(name => ATTRIBUTES.has(name));
  // Labeled Faces in the Wild has the same attributes, and names of people.
  if (ofCelebA.length >= MOST) return identitiesOfNames(files) === undefined;
  // CelebA-HQ in a folder for each class has nothing else that tells.
  if (keys !== undefined)
    return place
      .split(path.sep)
      .slice(-2)
      .some(name => NAMES.test(name));
  return layout.startsWith('course') && attributes.join() === 'Male,Smiling';
}

/** Every layout that can be read, in the order in which `source: auto` tries them. */
export const knownLayouts: readonly Layout[] = [
  ...[celeba, kaggle, amls, tfrecord, parquet],
  imageFolder,
];
