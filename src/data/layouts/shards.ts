import {partitions} from '../catalogue.js';
import {isClutter, type FileTree} from '../files/file-tree.js';
import {assertNoneRepeated} from './label-rows.js';
import type {LabelTable} from './layout.js';
import {dataError} from './text-file.js';

export type Part = keyof typeof partitions;

/** One of the files of a data set. */
type ShardFile = {
  /** Its path. */
  readonly file: string;
  /** The part that its name tells. */
  readonly part: Part | undefined;
};

/** What such a file holds. */
export type ShardTable = {
  readonly attributes: readonly string[];
  readonly count: number;
  /** Names of the images; undefined where the file has none. */
  readonly names: readonly string[] | undefined;
  /** 0 or 1: [count * attributes]. */
  readonly labels: Uint8Array;
};

/** Folders that download tools make. */
const WITHIN = /^(data|default|main|celeb_?a|\d+\.\d+\.\d+)$/i;
const MAX_DEPTH = 3;
const PARTS: readonly (readonly [RegExp, Part])[] = [
  [/(^|[^a-z])train([^a-z]|$)/i, 'train'],
  [/(^|[^a-z])(valid|validation|val|dev)([^a-z]|$)/i, 'validation'],
  [/(^|[^a-z])test([^a-z]|$)/i, 'test'],
];

/** The files of a tree whose names match, in order: train, validation, test, then by name. */
export function findShards(tree: FileTree, pattern: RegExp): ShardFile[] {
  if (tree.kind !== 'folder') return [];
  const shards = pathsOf(tree, '', pattern, 0).map(path => ({
    file: tree.nameOf(path),
    part: partOf(path),
  }));
  const order = ({part}: ShardFile): number => (part === undefined ? 3 : partitions[part]);
  return shards.sort((a, b) => order(a) - order(b) || (a.file < b.file ? -1 : 1));
}

function pathsOf(tree: FileTree, folder: string, pattern: RegExp, depth: number): string[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const names = [...(tree.names(folder) ?? [])].filter(name => !isClutter(name));
  const files = names.filter(name => pattern.test(name)).map(name => prefix + name);
  if (files.length > 0 || depth === MAX_DEPTH) return files;
  return (
    names
      .filter(name => WITHIN.test(name))
      .sort()
      .map(name => pathsOf(tree, prefix + name, pattern, depth + 1))
      .find(inside => inside.length > 0) ?? []
  );
}

/** The part of a data set that the name of a file tells. */
export function partOf(path: string): Part | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return PARTS.find(([pattern]) => pattern.test(name))?.[1];
}

/** Warns of missing files, where names such as `-00000-of-00004` tell how many there are. */
export function warnOfMissingShards(
  shards: readonly ShardFile[],
  onWarning: (message: string) => void,
): void {
  const groups = new Map<string, {count: number; there: number}>();
  for (const {file} of shards) {
    const [, group, count] = /^(.*?)-?\d+-of-(\d+)/.exec(file) ?? [];
    if (group === undefined) continue;
    const counted = groups.get(group) ?? {count: Number(count), there: 0};
    groups.set(group, {...counted, there: counted.there + 1});
  }
  for (const [group, {count, there}] of groups) {
    if (there < count) onWarning(`${group}: ${count - there} of its ${count} files are missing.`);
  }
}

/** Joins tables, with the partition where every file's name tells its part. */
export function joinShards(
  shards: readonly ShardFile[],
  tables: readonly ShardTable[],
): {readonly table: LabelTable; readonly partition: Uint8Array | undefined} {
  const [first] = tables;
  if (first === undefined) throw new Error('There is no file.');
  tables.forEach(({attributes}, index) =>
    assertSameAttributes(first, attributes, shards[index]!.file),
  );
  const labels = Buffer.concat(tables.map(table => table.labels));
  const files = namesOf(shards, tables);
  assertNoneRepeated(files, shards[0]?.file ?? '');
  const parts = shards.map(({part}) => part);
  const partition = parts.includes(undefined)
    ? undefined
    : Uint8Array.from(
        tables.flatMap(({count}, index) =>
          new Array<number>(count).fill(partitions[parts[index] as Part]),
        ),
      );
  return {
    table: {attributes: first.attributes, files, labels: new Uint8Array(labels)},
    partition,
  };
}

function assertSameAttributes(
  first: ShardTable,
  attributes: readonly string[],
  file: string,
): void {
  if (attributes.join() === first.attributes.join()) return;
  throw dataError(
    `${file}: its attributes differ from those of the first file. Expected ${first.attributes.join(', ')}; received ${attributes.join(', ')}.`,
    'Put the files of each data set into a separate folder.',
  );
}

/** The names that the files give where they are complete and unique; else `train-000001.jpg`. */
function namesOf(shards: readonly ShardFile[], tables: readonly ShardTable[]): string[] {
  const given = tables.flatMap(({names, count}) => names ?? new Array<string>(count).fill(''));
  if (!given.includes('') && new Set(given).size === given.length) return given;
  const counts = new Map<string, number>();
  return tables.flatMap(({count}, index) => {
    const part = shards[index]?.part ?? 'image';
    const before = counts.get(part) ?? 0;
    counts.set(part, before + count);
    return Array.from(
      {length: count},
      (_, row) => `${part}-${String(before + row + 1).padStart(6, '0')}.jpg`,
    );
  });
}

/**
 * Returns a function that finds the file and the row of a position in consecutive files.
 *
 * @param counts Number of rows of each file.
 */
export function atShard(
  counts: readonly number[],
): (position: number) => readonly [shard: number, row: number] {
  const ends: number[] = [];
  for (const count of counts) ends.push((ends.at(-1) ?? 0) + count);
  let last = 0;
  return position => {
    // Most callers ask for one position after another.
    if (position < (ends[last - 1] ?? 0)) last = 0;
    while (position >= (ends[last] ?? Infinity)) last++;
    return [last, position - (ends[last - 1] ?? 0)];
  };
}
