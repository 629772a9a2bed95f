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
    files.push(readRow(line, attributes.length, labels, file, lines.number));
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
function readRow(
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
    throw dataError(
      `${file}:${number}: Expected a file name and ${count} labels of -1 or 1; received ${JSON.stringify(line.slice(0, 80))}.`,
      'Download the label file again, or correct this line.',
    );
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
