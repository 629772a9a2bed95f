import {firstOf} from '../../../util/format.js';
import type {LabelKeys} from '../../../experiment/schema.js';
import {partitions} from '../../catalogue.js';
import {findIn, type FileTree, isClutter} from '../../files/file-tree.js';
import {csvCells, delimiterOf, dataError, linesOf, readBytes, textOf} from '../text-file.js';
import {partOf} from '../shards.js';

/** A table with a row for each image. */
export type LabelFile = {
  /** Within the folder. */
  readonly path: string;
  /** The part of the data set that its name tells, where each part has a table; a number as in `partitions`. */
  readonly part?: number;
};

const TABLE = /\.(csv|tsv)$|^lfw_attributes\.txt$/i;
/** The headings of a thousand columns are shorter. */
const HEAD_BYTES = 64 * 1024;
/** Names that say that a table is the one with the labels. */
const USUAL = /^(labels?|metadata|annotations?|attributes|lfw_attributes)\.\w+$/i;

/** Names of the tables in a folder, sorted; those in folders within it are not looked for. */
export function tablesIn(tree: FileTree): string[] {
  // The table may be among many images.
  const names = [...(tree.names('') ?? [])];
  return names.filter(name => TABLE.test(name) && !isClutter(name)).sort();
}

/**
 * The tables that label the images of a folder: the one that `data.labels` names, the only one, one for
 * each part (`fairface_label_train.csv` and `fairface_label_val.csv`), or one with a usual name.
 *
 * @returns None where the folder has no table.
 * @throws UserError where several could be meant, or the named one is missing.
 */
export async function findTables(
  tree: FileTree,
  {labels}: LabelKeys,
): Promise<readonly LabelFile[]> {
  const names = tablesIn(tree);
  if (labels !== undefined) {
    const path = findIn(tree, [labels]);
    if (path !== undefined) return [{path}];
    throw dataError(
      `${tree.nameOf(labels)}: data.labels names this table, and it is missing. ${names.length === 0 ? `${tree.place} has no tables.` : `${tree.place} has ${names.join(', ')}.`}`,
      'Correct data.labels: the path of a CSV within data.root.',
    );
  }
  if (names.length < 2) return names.map(path => ({path}));
  const ofParts = await tablesOfParts(tree, names);
  if (ofParts.length > 1) return ofParts;
  const usual = names.filter(name => USUAL.test(name));
  if (usual.length === 1) return usual.map(path => ({path}));
  throw dataError(
    `${tree.place}: ${names.length} tables could label its images: ${firstOf(names, 5)}. Expected one.`,
    `Name it: --set data.source=folder --set data.labels=${names[0]}`,
  );
}

/** The tables whose names tell different parts, where they have the same headings. */
async function tablesOfParts(tree: FileTree, names: readonly string[]): Promise<LabelFile[]> {
  const tables = names.flatMap(path => {
    const part = partOf(path);
    return part === undefined ? [] : [{path, part: partitions[part]}];
  });
  const headings = await Promise.all(tables.map(({path}) => headingLine(tree, path)));
  const isSame = headings.every(line => line === headings[0]);
  return isSame && new Set(tables.map(({part}) => part)).size === tables.length ? tables : [];
}

async function headingLine(tree: FileTree, path: string): Promise<string> {
  const text = textOf(await readBytes(tree, path, HEAD_BYTES), tree.nameOf(path));
  return headOf(linesOf(text)).header;
}

/** The headings of a table, read without its rows. */
export async function readHeadings(tree: FileTree, path: string): Promise<readonly string[]> {
  const header = await headingLine(tree, path);
  return csvCells(header, delimiterOf(header));
}

/** Takes the lines of comments, and the line of the headings, which may begin with # too. */
export function headOf(lines: ReturnType<typeof linesOf>): {
  readonly number: number;
  readonly header: string;
} {
  // A loop with `of` would end the lines.
  for (let next = lines.next(); next.done !== true; next = lines.next()) {
    const [number, line] = next.value;
    if (!line.startsWith('#')) return {number, header: line};
    if (/[\t,;]/.test(line)) return {number, header: line.replace(/^#\s*/, '')};
  }
  return {number: 1, header: ''};
}
