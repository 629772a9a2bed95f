import {parse} from 'csv-parse/sync';

/** What separates the cells of a table, by its line of headings. */
export function delimiterOf(header: string): string {
  return ['\t', ';', ','].find(mark => header.includes(mark)) ?? ',';
}

/**
 * The cells of a line; none where its quotes do not end. Quotes are rare and slow to read, so only
 * a line that has some goes through the CSV parser.
 */
export function csvCells(line: string, delimiter: string): readonly string[] {
  if (!line.includes('"')) return line.split(delimiter).map(cell => cell.trim());
  try {
    const rows: string[][] = parse(line, {delimiter, relaxQuotes: true, trim: true});
    return rows[0] ?? [];
  } catch {
    return [];
  }
}
