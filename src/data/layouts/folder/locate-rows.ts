import {firstRows} from '../label-rows.js';
import {dataError} from '../text-file.js';
import {type ImageIndex, plainPath, sharedFolder} from './image-index.js';
import type {LabelColumn} from './label-column.js';
import type {LabelRows} from './read-tables.js';

/** The rows of a table that count, and their images. */
type LocatedRows = {
  /** Rows of the table, ascending; one that repeats an image with the same labels is left out. */
  readonly rows: readonly number[];
  /** Row by row: the path of the image; undefined where it is missing. */
  readonly paths: readonly (string | undefined)[];
  /** Row by row: the path, or what the table says of an image that is missing. */
  readonly files: readonly string[];
  readonly repeated: number;
};

/**
 * Finds the image of each row. Where no path of the table leads to an image, the folders that all paths
 * share are left out: the table may be from another machine.
 *
 * @throws UserError where rows of one image contradict each other, or a name fits several images.
 */
export function locateRows(
  table: LabelRows,
  columns: readonly LabelColumn[],
  index: ImageIndex,
): LocatedRows {
  const {names, paths} = namesWithImages(table, index);
  const files = names.map((name, row) => paths[row] ?? name);
  const rows = firstRows(files, (file, first, row) => assertSame(table, columns, file, first, row));
  return {
    rows,
    paths: rows.map(row => paths[row]),
    files: rows.map(row => files[row]!),
    repeated: names.length - rows.length,
  };
}

type Names = {
  readonly names: readonly string[];
  readonly paths: readonly (string | undefined)[];
};

function namesWithImages({names: written, placeOf}: LabelRows, index: ImageIndex): Names {
  const locate = (names: readonly string[]): Names => ({
    names,
    paths: names.map((name, row) => index.find(name, placeOf(row))),
  });
  const plain = locate(written.map(plainPath));
  const shared = sharedFolder(plain.names);
  if (shared === '' || plain.paths.some(path => path !== undefined)) return plain;
  return locate(plain.names.map(name => name.slice(shared.length)));
}

function assertSame(
  {placeOf, parts}: LabelRows,
  columns: readonly LabelColumn[],
  file: string,
  before: number,
  row: number,
): void {
  const different = columns.find(({labels}) => labels[before] !== labels[row])?.name;
  const what = different ?? (parts?.[before] === parts?.[row] ? undefined : 'part');
  if (what === undefined) return;
  throw dataError(
    `${placeOf(row)}: ${file} is in ${placeOf(before)} too, with another ${what}. Expected each image once.`,
    'Remove the wrong row.',
  );
}
