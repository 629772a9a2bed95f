import {parse} from 'csv-parse/sync';
import {
  assertNoneRepeated,
  assertNotEmpty,
  assertNotTooMany,
  labelBetween,
  LabelBytes,
} from './label-rows.js';
import type {LabelTable} from './layout.js';
import {dataError, Lines} from './text-file.js';

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
    files.push(readRow(line, columns, labels, file, lines.number));
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

function readRow(
  line: string,
  {delimiter, count, name, labels: labelColumns, attributes}: Columns,
  labels: LabelBytes,
  file: string,
  number: number,
): string {
  const cells = cellsOf(line, delimiter);
  const wrong = (): Error =>
    dataError(
      `${file}:${number}: Expected a file name and ${attributes.length} labels of -1 or 1; received ${JSON.stringify(line.slice(0, 80))}.`,
      'Download the label file again, or correct this line.',
    );
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
