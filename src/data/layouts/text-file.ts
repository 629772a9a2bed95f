import {textOfBytes} from '../../util/raw-names.js';
import {messageOf, UserError} from '../../util/user-error.js';
import type {FileTree} from '../files/file-tree.js';
import {kindOfBytes} from '../files/kind-of-file.js';
import {parse} from 'csv-parse/sync';

/**
 * Reads the bytes of a label file.
 *
 * @param most Read at most the first bytes.
 * @throws UserError where it is missing or cannot be read.
 */
export async function readBytes(tree: FileTree, path: string, most?: number): Promise<Buffer> {
  const file = tree.nameOf(path);
  try {
    return await (most === undefined ? tree.readFile(path) : tree.readStart(path, most));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw dataError(
        `${file} is missing.`,
        'Copy it beside the images; it comes with the data set.',
        error,
      );
    }
    const hint = tree.kind === 'zip' ? 'Download the zip again.' : 'Check its permissions.';
    throw dataError(`${file} cannot be read: ${messageOf(error)}`, hint, error);
  }
}

/**
 * The text of a file in UTF-8 or UTF-16, with or without a byte order mark. Bytes that are neither
 * are preserved, so that they still name files (see `raw-names.ts`).
 *
 * @throws UserError where it is empty, a web page saved under its name, a pointer that a version
 *   control system left in its place, or no text.
 */
export function textOf(bytes: Buffer, file: string): string {
  const content = decode(bytes).replace(/^\ufeff/, '');
  if (content.slice(0, 300).trim() === '')
    throw dataError(`${file} is empty.`, 'Download it again.');
  const kind = kindOfBytes(bytes);
  if (kind !== undefined) {
    throw dataError(
      `${file} is ${kind.what}. Expected a label file.`,
      kind.hint.replace('FILE', file),
    );
  }
  if (content.includes('\u0000')) {
    throw dataError(`${file} is not a text file.`, 'Download it again.');
  }
  return content;
}

function decode(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return bytes.toString('utf16le');
  if (first === 0xfe && second === 0xff) return bigEndian(bytes);
  // Without a byte order mark: every other byte of plain letters and digits is zero.
  if (bytes.length >= 4 && bytes[1] === 0 && bytes[3] === 0) return bytes.toString('utf16le');
  if (bytes.length >= 4 && first === 0 && bytes[2] === 0) return bigEndian(bytes);
  return textOfBytes(bytes);
}

function bigEndian(bytes: Buffer): string {
  const even = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  return even.swap16().toString('utf16le');
}

export function dataError(message: string, hint: string, cause?: unknown): UserError {
  return new UserError(message, {hint, exitCode: 3, cause});
}

/** The names of a thousand attributes are shorter. */
const MAX_LINE_LENGTH = 200_000;

/**
 * The lines of a text that are not empty, with their numbers from 1. A line above the maximal length
 * is cut, which makes it malformed.
 */
export function* linesOf(text: string): Generator<readonly [number: number, line: string], void> {
  let start = 0;
  for (let number = 1; start < text.length; number++) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, Math.min(end, start + MAX_LINE_LENGTH));
    if (line.trim() !== '') yield [number, line];
    start = end + 1;
  }
}

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
