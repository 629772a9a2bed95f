import {parse} from 'csv-parse/sync';
import {
  assertNoneRepeated,
  assertNotEmpty,
  assertNotTooMany,
  labelBetween,
  LabelBytes,
  MAX_IMAGES,
} from './label-rows.js';
import type {LabelTable} from './layout.js';
import {dataError, Lines} from './text-file.js';

/**
 * Reads `list_attr_celeba.txt`: a count (often missing), the names of the attributes, then a row
 * for each image with -1 or 1 (or another way of writing them) between any number of blanks.
 *
 * @throws UserError with the line where the file is not what it should be.
 */
export function parseLabelTable(text: string, file: string): LabelTable {
  const lines = new Lines(text);
  let header = lines.next() ?? '';
  const count = /^\d+$/.test(header) ? Number(header) : undefined;
  if (count !== undefined) header = lines.next() ?? '';
  const attributes = header.split(/[\s,]+/).filter(name => name !== '');
  assertNotTooMany(0, attributes.length, file);
  assertAttributeNames(attributes, file, lines.number);

  const files: string[] = [];
  const labels = new LabelBytes(attributes.length * Math.min(count ?? 1024, MAX_IMAGES));
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    files.push(readBlankRow(line, attributes.length, labels, file, lines.number));
    assertNotTooMany(files.length, attributes.length, file);
  }
  if (count !== undefined && count !== files.length) {
    throw dataError(
      `${file}: the file is incomplete: its first line promises ${count} images. Received ${files.length} rows.`,
      'Download it again, or correct the first line.',
    );
  }
  assertNotEmpty(files, file);
  return {attributes, files, labels: labels.values()};
}

function assertAttributeNames(attributes: readonly string[], file: string, line: number): void {
  const isName = (name: string): boolean => /^[A-Za-z0-9]/.test(name);
  const isImage = /\.\w+$/.test(attributes[0] ?? '');
  if (attributes.length === 0 || !attributes.every(isName) || isImage) {
    throw dataError(
      `${file}:${line}: Expected the names of the attributes; received ${JSON.stringify(attributes.slice(0, 5).join(' '))}.`,
      'The line before the first image names the attributes, as in Male Smiling.',
    );
  }
  assertNoneRepeated(attributes, file);
}

/** Splits a row without a string for each number: CelebA has eight million. */
function readBlankRow(
  line: string,
  count: number,
  labels: LabelBytes,
  file: string,
  number: number,
): string {
  const nameEnd = endOfWord(line, 0);
  let columns = 0;
  let at = skipBlanks(line, nameEnd);
  while (at < line.length) {
    const end = endOfWord(line, at);
    const label = labelBetween(line, at, end);
    if (label === undefined) break;
    labels.push(label);
    columns++;
    at = skipBlanks(line, end);
  }
  if (columns !== count || at < line.length) {
    throw malformedRow(line, count, file, number);
  }
  return line.slice(0, nameEnd);
}

function endOfWord(line: string, from: number): number {
  let at = from;
  while (at < line.length && !isBlank(line.charCodeAt(at))) at++;
  return at;
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (at < line.length && isBlank(line.charCodeAt(at))) at++;
  return at;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 44;
}

type CsvLabelOptions = {
  /** Possible headings of the column of file names; it may also have none. */
  readonly nameColumns: readonly string[];
  /** CelebA's names for attributes, by their headings in lower case. */
  readonly renamed?: Readonly<Record<string, string>>;
};

/** The columns of a table. */
type Columns = {
  readonly delimiter: string;
  readonly count: number;
  readonly name: number;
  /** The cells that are labels, in the order of `attributes`. */
  readonly labels: readonly number[];
  readonly attributes: readonly string[];
};

/**
 * Reads labels from a table with a line of headings: a column of file names, maybe a row number,
 * and a column of -1 or 1 (or 0 or 1) for each attribute; comma, semicolon or tab.
 *
 * @throws UserError with the line where the file is not that.
 */
export function parseCsvLabels(text: string, file: string, options: CsvLabelOptions): LabelTable {
  const lines = new Lines(text);
  const columns = readColumns(lines.next({trim: false}) ?? '', file, options);
  const files: string[] = [];
  const labels = new LabelBytes(columns.labels.length * 1024);
  const next = (): string | undefined => lines.next({trim: false});
  for (let line = next(); line !== undefined; line = next()) {
    files.push(readCsvRow(line, columns, labels, file, lines.number));
    assertNotTooMany(files.length, columns.attributes.length, file);
  }
  assertNotEmpty(files, file);
  return {attributes: columns.attributes, files, labels: labels.values()};
}

function readColumns(header: string, file: string, options: CsvLabelOptions): Columns {
  const delimiter = ['\t', ';', ','].find(mark => header.includes(mark)) ?? ',';
  const headings = cellsOf(header, delimiter);
  const named = headings.findIndex(heading => options.nameColumns.includes(heading.toLowerCase()));
  const name = named === -1 && headings[0] === '' ? 0 : named;
  const labels = headings.flatMap((heading, index) =>
    index === name || heading === '' || heading.startsWith('Unnamed:') ? [] : [index],
  );
  if (name === -1 || labels.length === 0) {
    throw dataError(
      `${file}:1: Expected the headings ${options.nameColumns[0]} and the names of the attributes; received ${JSON.stringify(header.slice(0, 80))}.`,
      'Download the label file again, or put the headings into its first line.',
    );
  }
  assertNotTooMany(0, labels.length, file);
  const attributes = labels.map(index => {
    const heading = headings[index] as string;
    return options.renamed?.[heading.toLowerCase()] ?? heading;
  });
  assertNoneRepeated(attributes, file);
  return {delimiter, count: headings.length, name, labels, attributes};
}

function readCsvRow(
  line: string,
  {delimiter, count, name, labels: labelColumns, attributes}: Columns,
  labels: LabelBytes,
  file: string,
  number: number,
): string {
  const cells = cellsOf(line, delimiter);
  const wrong = (): Error => malformedRow(line, attributes.length, file, number);
  const fileName = cells[name] ?? '';
  if (cells.length !== count || fileName === '') throw wrong();
  for (const column of labelColumns) {
    const cell = cells[column] as string;
    const label = labelBetween(cell, 0, cell.length);
    if (label === undefined) throw wrong();
    labels.push(label);
  }
  return fileName;
}

/**
 * The cells of a line; none where its quotes do not end. Quotes are rare and slow to read, so only
 * a line that has some goes through the CSV parser.
 */
function cellsOf(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter).map(cell => cell.trim());
  try {
    const rows: string[][] = parse(line, {delimiter, relaxQuotes: true, trim: true});
    return rows[0] ?? [];
  } catch {
    return [];
  }
}

function malformedRow(line: string, count: number, file: string, number: number): Error {
  return dataError(
    `${file}:${number}: Expected a file name and ${count} labels of -1 or 1; received ${JSON.stringify(line.slice(0, 80))}.`,
    'Download the label file again, or correct this line.',
  );
}
