import type {LabelTable} from './layout.js';
import {dataError} from './text-file.js';

/**
 * Leaves out rows that repeat an image with the same labels, as tables do that were put together
 * from others.
 *
 * @returns The table, and how many rows it has lost.
 * @throws UserError where the rows of an image contradict each other.
 */
export function withoutRepeatedRows(
  {attributes, files, labels}: LabelTable,
  file: string,
): {readonly table: LabelTable; readonly repeated: number} {
  if (new Set(files).size === files.length) {
    return {table: {attributes, files, labels}, repeated: 0};
  }
  const width = attributes.length;
  const rowOf = (row: number): Uint8Array => labels.subarray(row * width, (row + 1) * width);
  const first = new Map<string, number>();
  const rows: number[] = [];
  files.forEach((name, row) => {
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, row);
      rows.push(row);
    } else if (Buffer.compare(rowOf(before), rowOf(row)) !== 0) {
      throw dataError(
        `${file}: ${name} is there more than once, with different labels (rows ${before + 1} and ${row + 1}). Expected each image once.`,
        'Remove the wrong row.',
      );
    }
  });
  const unique = new Uint8Array(rows.length * width);
  rows.forEach((row, index) => unique.set(rowOf(row), index * width));
  return {
    table: {attributes, files: rows.map(row => files[row] as string), labels: unique},
    repeated: files.length - rows.length,
  };
}
