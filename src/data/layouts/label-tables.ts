import {parse} from 'csv-parse/sync';
import {assertNoneRepeated, assertNotEmpty, assertNotTooMany, labelOf} from './label-rows.js';
import type {LabelTable} from './layout.js';
import {dataError, linesOf} from './text-file.js';

/** How a table with headings names its columns. */
export type Headings = {
  /** Possible headings of the column of file names; it may also have none. */
  readonly nameColumns: readonly string[];
  /** CelebA's names for attributes, by their headings in lower case. */
  readonly renamed?: Readonly<Record<string, string>>;
};

type Columns = {
  readonly attributes: readonly string[];
  /** Number of images that the file promises. */
  readonly promised?: number | undefined;
  readonly count: number;
  /** The cell with the file name. */
  readonly name: number;
  /** The cells that are labels, in the order of `attributes`. */
  readonly labels: readonly number[];
  readonly cellsOf: (line: string) => readonly string[];
};

/**
 * Reads a table of labels, -1 or 1 in any notation. Without headings it is `list_attr_celeba.txt`:
 * a count (often missing), the names of the attributes, then a row for each image, with any number
 * of blanks between its cells. With headings it is a CSV table: a column of file names, maybe a row
 * number, and a column for each attribute; comma, semicolon or tab.
 *
 * @throws UserError with the line where the file is not that.
 */
export function parseLabels(text: string, file: string, headings?: Headings): LabelTable {
  const lines = linesOf(text);
  const columns = headings
    ? csvColumns(lines.next().value?.[1] ?? '', file, headings)
    : blankColumns(lines, file);
  const {attributes, promised} = columns;
  assertNotTooMany(0, attributes.length, file);
  assertNoneRepeated(attributes, file);
  const files: string[] = [];
  const labels: Buffer[] = [];
  for (const [number, line] of lines) {
    const cells = columns.cellsOf(line);
    const fileName = cells[columns.name] ?? '';
    const row = labelsIn(cells, columns);
    if (cells.length !== columns.count || fileName === '' || row === undefined) {
      throw dataError(
        `${file}:${number}: Expected a file name and ${attributes.length} labels of -1 or 1; received ${JSON.stringify(line.slice(0, 80))}.`,
        'Download the label file again, or correct this line.',
      );
    }
    files.push(fileName);
    labels.push(row);
    assertNotTooMany(files.length, attributes.length, file);
  }
  if (promised !== undefined && promised !== files.length) {
    throw dataError(
      `${file}: the file is incomplete: its first line promises ${promised} images. Received ${files.length} rows.`,
      'Download it again, or correct the first line.',
    );
  }
  assertNotEmpty(files, file);
  return {attributes, files, labels: new Uint8Array(Buffer.concat(labels))};
}

/** The labels of a row; undefined where a cell is none. */
function labelsIn(cells: readonly string[], {labels}: Columns): Buffer | undefined {
  const row = Buffer.allocUnsafe(labels.length);
  let at = 0;
  for (const column of labels) {
    const label = labelOf(cells[column]);
    if (label === undefined) return undefined;
    row[at++] = label;
  }
  return row;
}

function blankColumns(lines: ReturnType<typeof linesOf>, file: string): Columns {
  let [number, header] = lines.next().value ?? [1, ''];
  const promised = /^\s*\d+\s*$/.test(header) ? Number(header) : undefined;
  if (promised !== undefined) [number, header] = lines.next().value ?? [2, ''];
  const cellsOf = (line: string): readonly string[] => line.trim().split(/[ \t,]+/);
  const attributes = cellsOf(header).filter(name => name !== '');
  const isImage = /\.\w+$/.test(attributes[0] ?? '');
  if (attributes.length === 0 || !attributes.every(name => /^[A-Za-z0-9]/.test(name)) || isImage) {
    throw dataError(
      `${file}:${number}: Expected the names of the attributes; received ${JSON.stringify(attributes.slice(0, 5).join(' '))}.`,
      'The line before the first image names the attributes, as in Male Smiling.',
    );
  }
  const labels = attributes.map((_, index) => index + 1);
  return {attributes, promised, count: attributes.length + 1, name: 0, labels, cellsOf};
}

function csvColumns(header: string, file: string, {nameColumns, renamed}: Headings): Columns {
  const delimiter = ['\t', ';', ','].find(mark => header.includes(mark)) ?? ',';
  const cellsOf = (line: string): readonly string[] => csvCells(line, delimiter);
  const headings = cellsOf(header);
  const named = headings.findIndex(heading => nameColumns.includes(heading.toLowerCase()));
  const name = named === -1 && headings[0] === '' ? 0 : named;
  const labels = [...headings.keys()].filter(
    index => index !== name && !/^($|Unnamed:)/.test(headings[index] ?? ''),
  );
  if (name === -1 || labels.length === 0) {
    throw dataError(
      `${file}:1: Expected the headings ${nameColumns[0]} and the names of the attributes; received ${JSON.stringify(header.slice(0, 80))}.`,
      'Download the label file again, or put the headings into its first line.',
    );
  }
  const attributes = labels.map(index => {
    const heading = headings[index] as string;
    return renamed?.[heading.toLowerCase()] ?? heading;
  });
  return {attributes, count: headings.length, name, labels, cellsOf};
}

/**
 * The cells of a line; none where its quotes do not end. Quotes are rare and slow to read, so only
 * a line that has some goes through the CSV parser.
 */
function csvCells(line: string, delimiter: string): readonly string[] {
  if (!line.includes('"')) return line.split(delimiter).map(cell => cell.trim());
  try {
    const rows: string[][] = parse(line, {delimiter, relaxQuotes: true, trim: true});
    return rows[0] ?? [];
  } catch {
    return [];
  }
}
