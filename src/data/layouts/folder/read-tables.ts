import type {FileTree} from '../../files/file-tree.js';
import {csvCells, delimiterOf, dataError, linesOf, readBytes, textOf} from '../text-file.js';
import {assertNotEmpty, assertNotTooMany} from '../label-rows.js';
import {partOfName} from '../named-values.js';
import {headOf, type LabelFile} from './find-tables.js';
import {findImageColumn, type RowNames} from './image-column.js';
import {ColumnReader, type LabelColumn, type RejectedColumn} from './label-column.js';

/** What tables say of images, row by row. */
export type LabelRows = {
  /** The names as they are written. */
  readonly names: readonly string[];
  /** File and line of a row, for messages. */
  readonly placeOf: (row: number) => string;
  readonly columns: readonly (LabelColumn | RejectedColumn)[];
  /** The part of each row, as in `partitions`; undefined where the tables do not tell. */
  readonly parts: readonly number[] | undefined;
  /** The person in each image; undefined where the tables do not tell. */
  readonly people: readonly string[] | undefined;
  /** Heading of the column that names the images. */
  readonly imageColumn: string;
};

/** Rows that tell which column names the images. */
const TRIED = 24;
/** Headings of row numbers, which say nothing of an image. */
const NO_LABEL = /^($|unnamed:.*|index|idx|id|row)$/i;
const PART = /^(split|part|partition|set|subset|usage)$/i;
const PERSON = /^(identity|person|person_id|subject|subject_id|celeb_id|patient|patient_id)$/i;

/**
 * Reads tables with the same headings, such as one for each part.
 *
 * @param isImage Whether the folder has an image of this name.
 * @throws UserError where a line is malformed, or no column names the images.
 */
export async function readTables(
  tree: FileTree,
  files: readonly LabelFile[],
  isImage: (name: string) => boolean,
  asked: string | undefined,
): Promise<LabelRows> {
  const tables = await Promise.all(files.map(file => readCells(tree, file)));
  const [first] = tables;
  if (first === undefined) throw new Error('There are tables.');
  const some = first.rows.slice(0, TRIED).map(({cells}) => cells);
  const naming = findImageColumn(first.headings, some, isImage, asked, first.file);
  const roles = rolesOf(first, naming);
  const readers = roles.labels.map(column => new ColumnReader(first.headings[column] ?? ''));
  const names: string[] = [];
  const places: (readonly [file: string, line: number])[] = [];
  const parts: (number | undefined)[] = [];
  const people: string[] = [];
  for (const {file, part, rows} of tables) {
    for (const {line, cells} of rows) {
      const name = naming.nameOf(cells);
      if (name === '') throw unnamed(file, line, naming);
      names.push(name);
      places.push([file, line]);
      parts.push(part ?? partOfName(cells[roles.part] ?? ''));
      people.push(cells[roles.person] ?? '');
      roles.labels.forEach((column, at) =>
        readers[at]!.add(naming.valueOf(cells[column] ?? ''), line),
      );
    }
  }
  assertNotEmpty(names, first.file);
  return {
    names,
    placeOf: row => places[row]!.join(':'),
    columns: readers.map(reader => reader.read(first.file)),
    parts: parts.includes(undefined) ? undefined : (parts as number[]),
    people: roles.person === -1 ? undefined : people,
    imageColumn: naming.heading,
  };
}

function unnamed(file: string, line: number, {heading}: RowNames): Error {
  return dataError(
    `${file}:${line}: the column ${heading} is empty. Expected the name of an image.`,
    'Fill it in, or remove the line.',
  );
}

type Table = {
  readonly file: string;
  readonly part: number | undefined;
  readonly headings: readonly string[];
  readonly rows: readonly {readonly line: number; readonly cells: readonly string[]}[];
};

async function readCells(tree: FileTree, {path, part}: LabelFile): Promise<Table> {
  const file = tree.nameOf(path);
  const lines = linesOf(textOf(await readBytes(tree, path), file));
  const {number, header} = headOf(lines);
  const delimiter = delimiterOf(header);
  const headings = csvCells(header, delimiter);
  const repeated = headings.find((heading, at) => heading !== '' && headings.indexOf(heading) < at);
  if (repeated !== undefined) {
    throw dataError(
      `${file}:${number}: ${repeated} heads two columns. Expected each heading once.`,
      'Rename or remove one of them.',
    );
  }
  const rows: {line: number; cells: readonly string[]}[] = [];
  for (const [line, text] of lines) {
    const cells = csvCells(text, delimiter);
    if (cells.length !== headings.length) {
      throw dataError(
        `${file}:${line}: Expected ${headings.length} cells, as many as headings; received ${cells.length}: ${JSON.stringify(text.slice(0, 80))}.`,
        'Correct this line: a cell with a comma in it needs quotes.',
      );
    }
    rows.push({line, cells});
    assertNotTooMany(rows.length, headings.length, file);
  }
  return {file, part, headings, rows};
}

/** What each column is for; -1 where there is none. */
function rolesOf(
  {headings, rows}: Table,
  {columns}: RowNames,
): {readonly part: number; readonly person: number; readonly labels: readonly number[]} {
  const free = (column: number): boolean => !columns.includes(column);
  const part = headings.findIndex(
    (heading, column) =>
      free(column) &&
      PART.test(heading) &&
      rows.every(({cells}) => partOfName(cells[column] ?? '') !== undefined),
  );
  const person = headings.findIndex((heading, column) => free(column) && PERSON.test(heading));
  const labels = [...headings.keys()].filter(
    column =>
      free(column) &&
      column !== part &&
      column !== person &&
      !NO_LABEL.test(headings[column] ?? ''),
  );
  return {part, person, labels};
}
