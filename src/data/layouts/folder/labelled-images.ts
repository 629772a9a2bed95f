import {thousands} from '../../../util/format.js';
import type {CatalogueContext} from '../../catalogue.js';
import type {LabelKeys} from '../../../experiment/schema.js';
import type {FileTree} from '../../files/file-tree.js';
import {assertNoneRepeated} from '../label-rows.js';
import {dataError} from '../text-file.js';
import {CLASS_HEAD, type ClassFolders} from './class-folders.js';
import type {LabelFile} from './find-tables.js';
import {ImageIndex} from './image-index.js';
import {ColumnReader, isRejected, type LabelColumn, type RejectedColumn} from './label-column.js';
import {locateRows} from './locate-rows.js';
import {type LabelRows, readTables} from './read-tables.js';
import {utkFaceColumns, utkFaceValues} from './utkface.js';

type LabelledImages = {
  /** Unique names: paths within the folder. */
  readonly files: readonly string[];
  /** Image by image; undefined where it is missing. */
  readonly paths: readonly (string | undefined)[];
  readonly columns: readonly (LabelColumn | RejectedColumn)[];
  readonly parts: readonly number[] | undefined;
  readonly people: readonly string[] | undefined;
  /** Those that say how the labels were found. */
  readonly keys: LabelKeys;
};

type Notes = Pick<CatalogueContext, 'onWarning'>;

/** Labels from tables, a row for each image. @throws UserError where they are not that. */
export async function labelsOfTables(
  tree: FileTree,
  tables: readonly LabelFile[],
  images: readonly string[],
  keys: LabelKeys,
  {onWarning}: Notes,
): Promise<LabelledImages> {
  const index = new ImageIndex(images);
  const table = await readTables(tree, tables, name => index.has(name), keys.imageColumn);
  const usable = table.columns.filter((column): column is LabelColumn => !isRejected(column));
  assertNoneRepeated(
    ['', ...table.columns.map(({name}) => name)],
    tables.map(({path}) => tree.nameOf(path)).join(', '),
  );
  const {rows, files, paths, repeated} = locateRows(table, usable, index);
  tellMissing(table, files, paths, tree, onWarning);
  if (repeated > 0) {
    onWarning(
      `${thousands(repeated)} rows repeat an image with the same labels; each image counts once.`,
    );
  }
  const unlabelled = images.length - paths.filter(path => path !== undefined).length;
  if (unlabelled > 0) {
    onWarning(
      `${tree.place}: ${thousands(unlabelled)} of ${thousands(images.length)} images have no row in the table of labels; they are not used.`,
    );
  }
  const [file] = tables;
  return {
    files,
    paths,
    columns: table.columns.map(column =>
      isRejected(column)
        ? column
        : {...column, labels: Uint8Array.from(rows, row => column.labels[row]!)},
    ),
    parts: table.parts && rows.map(row => table.parts![row]!),
    people: table.people && rows.map(row => table.people![row]!),
    keys: {
      ...(tables.length === 1 && {labels: file!.path}),
      imageColumn: table.imageColumn,
    },
  };
}

function tellMissing(
  {names, placeOf}: LabelRows,
  files: readonly string[],
  paths: readonly (string | undefined)[],
  tree: FileTree,
  onWarning: Notes['onWarning'],
): void {
  const missing = files.filter((_, at) => paths[at] === undefined);
  if (missing.length === 0) return;
  if (missing.length === files.length) {
    throw dataError(
      `${placeOf(0)}: none of the ${thousands(files.length)} images that the table names is in ${tree.place}, such as ${names[0]}. Expected the images there, or in folders within it.`,
      'Name the folder of the images with --data DIR, or the column that names them: --set data.imageColumn=NAME',
    );
  }
  onWarning(
    `${tree.place}: ${thousands(missing.length)} of the ${thousands(files.length)} images that the table names are missing, such as ${missing[0]}. Samples are drawn from the rest.`,
  );
}

/** Labels from the names of UTKFace; images with other names are left out. */
export function labelsOfNames(
  images: readonly string[],
  place: string,
  {onWarning}: Notes,
): LabelledImages {
  const readers = utkFaceColumns.map(name => new ColumnReader(name));
  const files = images.filter(image => {
    const values = utkFaceValues(image);
    values?.forEach((value, at) => readers[at]!.add(value, 0));
    return values !== undefined;
  });
  tellOutside(images.length - files.length, place, 'have no name as UTKFace gives it', onWarning);
  const columns = readers.map(reader => reader.read(place));
  return {files, paths: files, columns, parts: undefined, people: undefined, keys: {}};
}

/** Labels from the folder that an image is in. @throws UserError where there are no such folders. */
export function labelsOfFolders(
  folders: ClassFolders | undefined,
  images: readonly string[],
  {place}: FileTree,
  {onWarning}: Notes,
): LabelledImages {
  if (folders === undefined) {
    throw dataError(
      `${place}: ${thousands(images.length)} images and nothing that labels them. Expected a table of labels (a CSV with a column for the image and one for each head), or a folder of images for each of two classes.`,
      'Put labels.csv into the folder, or name the table: --set data.labels=FILE',
    );
  }
  const reader = new ColumnReader(CLASS_HEAD);
  const parts: (number | undefined)[] = [];
  const files = images.filter(image => {
    const at = folders.placeOf(image);
    if (at === undefined) return false;
    reader.add(at.className, 0);
    parts.push(at.part);
    return true;
  });
  tellOutside(images.length - files.length, place, 'are in no folder of a class', onWarning);
  return {
    files,
    paths: files,
    columns: [reader.read(place)],
    parts: parts.includes(undefined) ? undefined : (parts as number[]),
    people: undefined,
    keys: {},
  };
}

function tellOutside(
  count: number,
  place: string,
  why: string,
  onWarning: Notes['onWarning'],
): void {
  if (count > 0) onWarning(`${place}: ${thousands(count)} images ${why}; they are not used.`);
}
