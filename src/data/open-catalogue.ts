import {existsSync, statSync} from 'node:fs';
import path from 'node:path';
import type {DataDefinition} from '../experiment/schema.js';
import {fsPath} from '../util/raw-names.js';
import type {Catalogue, CatalogueContext} from './catalogue.js';
import {type FileTree, folderLevels, isClutter, subTree} from './files/file-tree.js';
import {folderTree} from './files/folder-tree.js';
import {kindOfFile, unpackedBy} from './files/kind-of-file.js';
import {zipTree} from './files/zip-tree.js';
import {amls, celeba, kaggle} from './layouts/text-layouts.js';
import type {Layout} from './layouts/layout.js';
import {parquet} from './layouts/parquet.js';
import {dataError} from './layouts/text-file.js';
import {tfrecord} from './layouts/tfrecord.js';
import {ensureSample} from './sample/ensure-sample.js';

export type OpenOptions = CatalogueContext & {readonly root: string};

/** Opens the data of an experiment, in whichever layout it is. @throws UserError with exit code 3. */
export async function openCatalogue(
  source: DataDefinition['source'],
  options: OpenOptions,
): Promise<Catalogue> {
  if (source === 'sample') {
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
  const {layout, tree} = await findLayout(source, options.root);
  const catalogue = await layout.open(tree, options);
  if (isCelebA(catalogue)) {
    options.onWarning(
      'CelebA is for non-commercial research only and may not be passed on: keep its images out of what you publish.',
    );
  }
  return catalogue;
}

type FoundLayout = {readonly layout: Layout; readonly tree: FileTree};

/** So many folders deep an archive may have put the data: `data/celeba/`, `archive/celeba/`. */
const DEPTH = 3;

/**
 * The layout that was asked for, or for `auto` the one that is there: in the folder itself, in a
 * folder below it where only one has a data set, or in a zip that it holds or is.
 *
 * @throws UserError with exit code 3 where there is none, or more than one.
 */
async function findLayout(
  source: Exclude<DataDefinition['source'], 'sample'>,
  root: string,
): Promise<FoundLayout> {
  const asked = knownLayouts.find(({name}) => name === source);
  assertThere(asked, root);
  let failure: Error | undefined;
  let different: Layout | undefined;
  for (const open of treesAt(root)) {
    try {
      const tree = await open();
      const layouts = layoutsBelow(tree, root);
      const found = layouts.find(({layout}) => asked === undefined || layout === asked);
      if (found !== undefined) return found;
      different ??= layouts[0]?.layout;
    } catch (error) {
      // Another zip may be the right one.
      failure ??= error as Error;
    }
  }
  if (failure !== undefined) throw failure;
  throw dataError(
    `${root}: no known data is in it. Expected ${asked?.expected ?? knownLayouts.map(({expected}) => expected).join('; or ')}.${whatElse(root)}`,
    different === undefined
      ? 'data/README.md of the program says where CelebA comes from; the drawn faces need nothing: --set data.source=sample'
      : `It has the layout ${different.name}: --set data.source=auto`,
  );
}

/** The data sets of the highest level that has one, in the order in which `auto` tries layouts. */
function layoutsBelow(tree: FileTree, root: string): FoundLayout[] {
  for (const level of folderLevels(tree, DEPTH)) {
    const trees = level.map(folder => subTree(tree, folder));
    const found = trees.map(below => knownLayouts.filter(({recognises}) => recognises(below)));
    const holders = trees.filter((_, index) => found[index]?.length);
    if (holders.length > 1) {
      throw dataError(
        `${root}: ${holders.length} folders in it hold data: ${holders.map(below => below.nameOf('')).join(', ')}. Expected one.`,
        'Name one of them with --data DIR.',
      );
    }
    const [holder] = holders;
    if (holder !== undefined) {
      return found.flat().map(layout => ({layout, tree: holder}));
    }
  }
  return [];
}

function assertThere(asked: Layout | undefined, root: string): void {
  if (!existsSync(fsPath(root))) {
    throw dataError(
      `${root}: there is no such folder. Expected CelebA: ${(asked ?? celeba).expected}.`,
      'Name the folder with --data DIR, or try the drawn faces: --set data.source=sample',
    );
  }
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

/** What is there instead, where that says what to do. */
function whatElse(root: string): string {
  if (!statSync(fsPath(root)).isDirectory()) return '';
  const names = [...folderTree(root).someNames('', 1000)].filter(name => !isClutter(name)).sort();
  const archive = names.find(name => unpackedBy(name) !== undefined);
  if (archive !== undefined) {
    return ` ${archive} is an archive that has to be unpacked first: ${unpackedBy(archive)}.`;
  }
  for (const name of names.slice(0, 20)) {
    const kind = kindOfFile(path.join(root, name));
    if (kind !== undefined) return ` ${name} is ${kind.what}. ${kind.hint.replace('FILE', name)}`;
  }
  if (names.length === 0) return ' The folder is empty.';
  return ` It holds ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}.`;
}

/** The 40 attributes of CelebA, in the order of its label file. */
const ATTRIBUTES: ReadonlySet<string> = new Set(
  `5_o_Clock_Shadow Arched_Eyebrows Attractive Bags_Under_Eyes Bald Bangs Big_Lips Big_Nose Black_Hair
  Blond_Hair Blurry Brown_Hair Bushy_Eyebrows Chubby Double_Chin Eyeglasses Goatee Gray_Hair Heavy_Makeup
  High_Cheekbones Male Mouth_Slightly_Open Mustache Narrow_Eyes No_Beard Oval_Face Pale_Skin Pointy_Nose
  Receding_Hairline Rosy_Cheeks Sideburns Smiling Straight_Hair Wavy_Hair Wearing_Earrings Wearing_Hat
  Wearing_Lipstick Wearing_Necklace Wearing_Necktie Young`.split(/\s+/),
);

/** Own data may well have some of these names; nobody makes up most of them again. */
const MOST = 30;

/**
 * Whether a data set is CelebA or a part of it, whose licence people have to be told of: it has most
 * of CelebA's attributes, or it is laid out as courses hand out a part of it, with just `gender` and
 * `smiling`. The names of files say nothing: people lay out their own data like CelebA.
 */
function isCelebA({attributes, layout}: Pick<Catalogue, 'attributes' | 'layout'>): boolean {
  const ofCelebA = attributes.filter(name => ATTRIBUTES.has(name));
  if (ofCelebA.length >= MOST) return true;
  return layout.startsWith('course') && attributes.join() === 'Male,Smiling';
}

/** Every layout that can be read, in the order in which `source: auto` tries them. */
export const knownLayouts: readonly Layout[] = [celeba, kaggle, amls, tfrecord, parquet];
