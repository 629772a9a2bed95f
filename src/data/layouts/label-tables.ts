import {csvCells, delimiterOf, dataError, linesOf} from './text-file.js';
import {assertNoneRepeated, assertNotEmpty, assertNotTooMany, labelOf} from './label-rows.js';
import type {LabelTable} from './layout.js';

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
  /** Fills in the labels of a row and returns its file name; undefined where it is malformed. */
  readonly readRow: (line: string, labels: Buffer) => string | undefined;
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
  const {attributes, promised, readRow} = columnsOf(lines, file, headings);
  const files: string[] = [];
  const labels: Buffer[] = [];
  for (const [number, line] of lines) {
    const row = Buffer.allocUnsafe(attributes.length);
    const fileName = readRow(line, row);
    if (fileName === undefined) {
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

/** The attributes that the first lines of a table name. @throws UserError as `parseLabels`. */
export function parseAttributes(
  text: string,
  file: string,
  headings?: Headings,
): readonly string[] {
  return columnsOf(linesOf(text), file, headings).attributes;
}

/** Takes the lines above the first image. */
function columnsOf(
  lines: ReturnType<typeof linesOf>,
  file: string,
  headings: Headings | undefined,
): Columns {
  const columns = headings
    ? csvColumns(lines.next().value?.[1] ?? '', file, headings)
    : blankColumns(lines, file);
  assertNotTooMany(0, columns.attributes.length, file);
  assertNoneRepeated(columns.attributes, file);
  return columns;
}

function blankColumns(lines: ReturnType<typeof linesOf>, file: string): Columns {
  let [number, header] = lines.next().value ?? [1, ''];
  const promised = /^\s*\d+\s*$/.test(header) ? Number(header) : undefined;
  if (promised !== undefined) [number, header] = lines.next().value ?? [2, ''];
  const attributes = header.split(/[\s,]+/).filter(name => name !== '');
  const isImage = /\.\w+$/.test(attributes[0] ?? '');
  if (attributes.length === 0 || !attributes.every(name => /^[A-Za-z0-9]/.test(name)) || isImage) {
    throw dataError(
      `${file}:${number}: Expected the names of the attributes; received ${JSON.stringify(attributes.slice(0, 5).join(' '))}.`,
      'The line before the first image names the attributes, as in Male Smiling.',
    );
  }
  return {attributes, promised, readRow: readBlankRow};
}

const [BLANK, COMMA, MINUS, ONE] = [32, 44, 45, 49];

/** Reads without a text for each label: CelebA has eight million. */
function readBlankRow(line: string, labels: Buffer): string | undefined {
  let name: string | undefined;
  let column = 0;
  let from = 0;
  for (let at = 0; at <= line.length; at++) {
    const code = line.charCodeAt(at);
    if (code > BLANK && code !== COMMA) continue;
    if (at > from) {
      if (name === undefined) name = line.slice(from, at);
      else {
        const label = plainLabel(line, from, at) ?? labelOf(line.slice(from, at));
        if (label === undefined || column === labels.length) return undefined;
        labels[column++] = label;
      }
    }
    from = at + 1;
  }
  return column === labels.length ? name : undefined;
}

/** The label of `1` and `-1`; undefined for another cell. */
function plainLabel(line: string, from: number, to: number): number | undefined {
  if (line.charCodeAt(to - 1) !== ONE) return undefined;
  if (to === from + 1) return 1;
  return to === from + 2 && line.charCodeAt(from) === MINUS ? 0 : undefined;
}

function csvColumns(header: string, file: string, {nameColumns, renamed}: Headings): Columns {
  const delimiter = delimiterOf(header);
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
  const readRow = (line: string, row: Buffer): string | undefined => {
    const cells = cellsOf(line);
    const values = labels.map(index => labelOf(cells[index]));
    if (cells.length !== headings.length || values.includes(undefined)) return undefined;
    row.set(values as number[]);
    return cells[name] || undefined;
  };
  return {attributes, readRow};
}
