import {statSync} from 'node:fs';
import type {Part} from '../../experiment/parts.js';
import {fsPath} from '../../util/raw-names.js';
import {type Catalogue, type CatalogueContext, partitions} from '../catalogue.js';
import {isClutter, join, type FileTree} from '../files/file-tree.js';
import {cachedFileTable} from '../table-cache.js';
import {assertNoneRepeated} from './label-rows.js';
import {makeCatalogue, type Layout} from './layout.js';
import {dataError} from './text-file.js';
import {sum} from '../../util/sum.js';

type Shard = {
  readonly file: string;
  /** The part that its name tells. */
  readonly part: Part | undefined;
};

export type ShardTable = {
  readonly attributes: readonly string[];
  readonly count: number;
  /** Names of the images; undefined where the file has none. */
  readonly names: readonly string[] | undefined;
  /** 0 or 1: [count * attributes]. */
  readonly labels: Uint8Array;
  /** The person in each image; undefined where the file does not tell. */
  readonly identities?: Int32Array | undefined;
};

/** Files that hold images together with their labels, row by row. */
type ShardLayout = Pick<Layout, 'name' | 'expected'> & {
  /** `CelebA parquet` */
  readonly title: string;
  readonly pattern: RegExp;
  readonly rowKind: 'record' | 'parquet';
  /** Changes with what is read from a file. */
  readonly version: string;
  /** Reads the names of the attributes without the rows; none where the file has no rows. */
  readonly readAttributes: (file: string) => Promise<readonly string[]>;
  /** Reads names and labels. `onBytes` takes the bytes of the file that were read so far. */
  readonly readTable: (file: string, onBytes: (bytes: number) => void) => Promise<ShardTable>;
};

export function shardLayout(layout: ShardLayout): Layout {
  const {name, expected, pattern, readAttributes} = layout;
  return {
    name,
    expected,
    recognises: tree => findShards(tree, pattern).length > 0,
    readAttributes: async tree => {
      for (const {file} of findShards(tree, pattern)) {
        const attributes = await readAttributes(file);
        if (attributes.length > 0) return attributes;
      }
      throw noRows(tree);
    },
    open: (tree, context) => openShards(layout, tree, context),
  };
}

async function openShards(
  {title, pattern, rowKind, version, readTable}: ShardLayout,
  tree: FileTree,
  {cacheFolder, signal, onWarning, onProgress}: CatalogueContext,
): Promise<Catalogue> {
  const all = findShards(tree, pattern);
  warnOfMissing(all, onWarning);
  const sizes = all.map(({file}) => statSync(fsPath(file)).size);
  const total = sum(sizes);
  const shards: (Shard & ShardTable)[] = [];
  let done = 0;
  for (const [index, {file, part}] of all.entries()) {
    const onBytes = (bytes: number): void => {
      signal.throwIfAborted();
      onProgress('indexing', done + bytes, total);
    };
    signal.throwIfAborted();
    const table = await cachedFileTable(cacheFolder, version, file, () => readTable(file, onBytes));
    if (table.count > 0) shards.push({file, part, ...table});
    done += sizes[index] ?? 0;
  }
  const [first] = shards;
  if (first === undefined) {
    throw noRows(tree);
  }
  shards.forEach(shard => assertSameAttributes(first, shard));
  const files = namesOf(shards);
  assertNoneRepeated(files, first.file);
  const labels = new Uint8Array(Buffer.concat(shards.map(shard => shard.labels)));
  const table = {attributes: first.attributes, files, labels};
  const parts = joined(
    shards.map(({part, count}) => part && new Array<number>(count).fill(partitions[part])),
  );
  const people = joined(shards.map(({identities}) => identities));
  const images = {
    absent: new Uint32Array(),
    holders: shards.map(({file}) => file),
    locate: rowLocator(shards, rowKind),
  };
  return makeCatalogue(title, tree.place, table, parts && Uint8Array.from(parts), images, () =>
    Promise.resolve(people && Int32Array.from(people)),
  );
}

function noRows(tree: FileTree): Error {
  return dataError(`${tree.place}: its files have no rows.`, 'Download them again.');
}

/** All values one after another; undefined where a list is missing. */
function joined(lists: readonly (ArrayLike<number> | undefined)[]): number[] | undefined {
  return lists.includes(undefined) ? undefined : lists.flatMap(list => Array.from(list ?? []));
}

/** Returns a function that finds the file and the row of a position in consecutive files. */
function rowLocator(
  shards: readonly (Shard & ShardTable)[],
  kind: ShardLayout['rowKind'],
): Catalogue['locate'] {
  const ends: number[] = [];
  for (const {count} of shards) ends.push((ends.at(-1) ?? 0) + count);
  let last = 0;
  return position => {
    // Most callers ask for one position after another.
    if (position < (ends[last - 1] ?? 0)) last = 0;
    while (position >= (ends[last] ?? Infinity)) last++;
    return {kind, file: shards[last]!.file, row: position - (ends[last - 1] ?? 0)};
  };
}

/** Folders that download tools make. */
const WITHIN = /^(data|default|main|celeb_?a|\d+\.\d+\.\d+)$/i;
const MAX_DEPTH = 3;
const PARTS: readonly (readonly [RegExp, Part])[] = [
  [/(^|[^a-z])train([^a-z]|$)/i, 'train'],
  [/(^|[^a-z])(valid|validation|val|dev)([^a-z]|$)/i, 'validation'],
  [/(^|[^a-z])test([^a-z]|$)/i, 'test'],
];

/** The files of a tree whose names match, in order: train, validation, test, then by name. */
function findShards(tree: FileTree, pattern: RegExp): Shard[] {
  if (tree.kind !== 'folder') return [];
  const shards = pathsOf(tree, '', pattern, 0).map(path => ({
    file: tree.nameOf(path),
    part: partOf(path),
  }));
  const order = ({part}: Shard): number => (part === undefined ? 3 : partitions[part]);
  return shards.sort((a, b) => order(a) - order(b) || (a.file < b.file ? -1 : 1));
}

function pathsOf(tree: FileTree, folder: string, pattern: RegExp, depth: number): string[] {
  const names = [...(tree.names(folder) ?? [])].filter(name => !isClutter(name)).sort();
  const files = names.filter(name => pattern.test(name)).map(name => join(folder, name));
  if (files.length > 0 || depth === MAX_DEPTH) return files;
  const inside = names
    .filter(name => WITHIN.test(name))
    .map(name => pathsOf(tree, join(folder, name), pattern, depth + 1));
  return inside.find(paths => paths.length > 0) ?? [];
}

/** The part of a data set that the name of a file tells. */
export function partOf(path: string): Part | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return PARTS.find(([pattern]) => pattern.test(name))?.[1];
}

/** Warns of missing files, where names such as `-00000-of-00004` tell how many there are. */
function warnOfMissing(shards: readonly Shard[], onWarning: (message: string) => void): void {
  const groups = new Map<string, {count: number; there: number}>();
  for (const {file} of shards) {
    const [, group, count] = /^(.*?)-?\d+-of-(\d+)/.exec(file) ?? [];
    if (group === undefined) continue;
    groups.set(group, {count: Number(count), there: (groups.get(group)?.there ?? 0) + 1});
  }
  for (const [group, {count, there}] of groups) {
    if (there < count) onWarning(`${group}: ${count - there} of its ${count} files are missing.`);
  }
}

function assertSameAttributes(first: ShardTable, {attributes, file}: Shard & ShardTable): void {
  if (attributes.join() === first.attributes.join()) return;
  throw dataError(
    `${file}: its attributes differ from those of the first file. Expected ${first.attributes.join(', ')}; received ${attributes.join(', ')}.`,
    'Put the files of each data set into a separate folder.',
  );
}

/** The names that the files give where they are complete and unique; else `train-000001.jpg`. */
function namesOf(shards: readonly (Shard & ShardTable)[]): string[] {
  const given = shards.flatMap(({names, count}) => names ?? new Array<string>(count).fill(''));
  if (!given.includes('') && new Set(given).size === given.length) return given;
  const counts = new Map<string, number>();
  return shards.flatMap(({part = 'image', count}) => {
    const before = counts.get(part) ?? 0;
    counts.set(part, before + count);
    return Array.from({length: count}, (_, row) => numberedName(part, before + row));
  });
}

/** `train-000001.jpg` @param index From 0. */
export function numberedName(part: string, index: number): string {
  return `${part}-${String(index + 1).padStart(6, '0')}.jpg`;
}
