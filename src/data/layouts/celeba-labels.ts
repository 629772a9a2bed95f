import {dataError} from './text-file.js';

export type LabelTable = {
  readonly attributes: readonly string[];
  readonly files: readonly string[];
  /** 0 or 1, row by row. */
  readonly labels: Uint8Array;
};

/**
 * Reads `list_attr_celeba.txt`: a count (often missing), the names of the attributes, then a row
 * for each image with -1 or 1 (0 or 1 in some copies) between any number of blanks.
 *
 * @throws UserError with the line where the file is not what it should be.
 */
export function parseLabelTable(text: string, file: string): LabelTable {
  const lines = new Lines(text);
  let header = lines.next() ?? '';
  const count = /^\d+$/.test(header) ? Number(header) : undefined;
  if (count !== undefined) header = lines.next() ?? '';
  const attributes = header.split(/[\s,]+/).filter(name => name !== '');
  refuseHeader(attributes, file, lines.number);

  const files: string[] = [];
  const labels = new Labels(attributes.length * (count ?? 1024));
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    files.push(readRow(line, attributes.length, labels, file, lines.number));
  }
  if (count !== undefined && count !== files.length) {
    throw dataError(
      `${file}: the file is not whole: its first line promises ${count} images. Received ${files.length} rows.`,
      'Download it again, or correct the first line.',
    );
  }
  if (files.length === 0) throw dataError(`${file}: no image has a row.`, 'Download it again.');
  refuseRepeated(files, file);
  return {attributes, files, labels: labels.values()};
}

function refuseHeader(attributes: readonly string[], file: string, line: number): void {
  if (
    attributes.length > 0 &&
    attributes.every(name => /^[A-Za-z0-9]/.test(name)) &&
    !/\.\w+$/.test(attributes[0] ?? '')
  )
    return;
  throw dataError(
    `${file}:${line}: Expected the names of the attributes; received ${JSON.stringify(attributes.slice(0, 5).join(' '))}.`,
    'The line before the first image names the attributes, as in Male Smiling.',
  );
}

const MINUS = 45;
const ZERO = 48;
const ONE = 49;

/** Cuts one row without making a string of each number: there are eight million in CelebA. */
function readRow(
  line: string,
  count: number,
  labels: Labels,
  file: string,
  number: number,
): string {
  const nameEnd = endOfWord(line, 0);
  let found = 0;
  let at = skipBlanks(line, nameEnd);
  while (at < line.length) {
    const end = endOfWord(line, at);
    const label = labelBetween(line, at, end);
    if (label === undefined) break;
    labels.push(label);
    found++;
    at = skipBlanks(line, end);
  }
  if (found !== count || at < line.length) {
    throw dataError(
      `${file}:${number}: Expected a file name and ${count} labels of -1 or 1; received ${JSON.stringify(line.slice(0, 80))}.`,
      'Download the label file again, or correct this line.',
    );
  }
  return line.slice(0, nameEnd);
}

/** 1 for `1`, 0 for `-1` and `0`; undefined for anything else. */
function labelBetween(line: string, start: number, end: number): number | undefined {
  const first = line.charCodeAt(start);
  if (end - start === 2)
    return first === MINUS && line.charCodeAt(start + 1) === ONE ? 0 : undefined;
  if (end - start !== 1) return undefined;
  if (first === ONE) return 1;
  return first === ZERO ? 0 : undefined;
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

function refuseRepeated(files: readonly string[], file: string): void {
  if (new Set(files).size === files.length) return;
  const seen = new Set<string>();
  const twice = files.find(name => seen.size === seen.add(name).size);
  throw dataError(
    `${file}: ${twice} has more than one row. Expected each image once.`,
    'Remove the second row.',
  );
}

/** The lines of a text that are not empty, whatever their ends. */
export class Lines {
  readonly #text: string;
  #at = 0;
  number = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): string | undefined {
    while (this.#at < this.#text.length) {
      const newline = this.#text.indexOf('\n', this.#at);
      const end = newline === -1 ? this.#text.length : newline;
      const line = this.#text.slice(this.#at, end).trim();
      this.#at = end + 1;
      this.number++;
      if (line !== '') return line;
    }
    return undefined;
  }
}

/** Bytes that grow. */
class Labels {
  #bytes: Uint8Array;
  #length = 0;

  constructor(expected: number) {
    this.#bytes = new Uint8Array(Math.min(Math.max(expected, 64), 1 << 26));
  }

  push(value: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = value;
  }

  values(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}
