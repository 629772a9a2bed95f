import {isUtf8} from 'node:buffer';
import {readFileSync, readdirSync} from 'node:fs';

/*
 * On Linux a file's name is any bytes. Node gives names that are not UTF-8 with U+FFFD in place of
 * what it cannot decode, and such a name opens nothing. Here each of those bytes becomes a code unit
 * of its own, U+DC80 to U+DCFF, which no valid text contains (Python calls this surrogateescape):
 * names stay strings, go through JSON and between processes, and give their bytes back.
 */

const ESCAPE = 0xdc00;

const ESCAPED = /(?<![\ud800-\udbff])[\udc80-\udcff]/;
const ALL_ESCAPED = new RegExp(ESCAPED, 'g');

/** Text of bytes: UTF-8, and what is no UTF-8 byte by byte, escaped. */
export function textOfBytes(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < buffer.length;) {
    const length = sequenceLength(buffer, at);
    if (length > 0) {
      at += length;
      continue;
    }
    parts.push(buffer.toString('utf8', start, at), String.fromCharCode(ESCAPE + buffer[at]!));
    at += 1;
    start = at;
  }
  parts.push(buffer.toString('utf8', start));
  return parts.join('');
}

/** Bytes of the character that begins here; 0 where none does. */
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}

/** What the file system takes for a path: the text itself, or its bytes where some are escaped. */
export function fsPath(text: string): string | Buffer {
  if (!ESCAPED.test(text)) return text;
  const parts: Buffer[] = [];
  let start = 0;
  for (const {index} of text.matchAll(ALL_ESCAPED)) {
    parts.push(Buffer.from(text.slice(start, index)), Buffer.of(text.charCodeAt(index) - ESCAPE));
    start = index + 1;
  }
  parts.push(Buffer.from(text.slice(start)));
  return Buffer.concat(parts);
}

/** The text for people: escaped bytes as Latin-1 reads them, which most such names were meant in. */
export function readableName(text: string): string {
  return text.replaceAll(ALL_ESCAPED, unit => String.fromCharCode(unit.charCodeAt(0) - ESCAPE));
}

/** The names in a folder, whatever their bytes; a link is no folder. */
export function rawNamesIn(folder: string): {name: string; isFolder: boolean}[] {
  const listing = readdirSync(Buffer.from(fsPath(folder)), {
    encoding: 'buffer',
    withFileTypes: true,
  });
  return listing.map(entry => ({
    name: textOfBytes(entry.name as unknown as Uint8Array),
    isFolder: entry.isDirectory(),
  }));
}

/**
 * The arguments of this process with the bytes that Node could not decode.
 *
 * @param args As Node gives them: the last ones of the command line.
 */
export function rawArguments(args: readonly string[]): readonly string[] {
  if (process.platform !== 'linux' || !args.some(text => text.includes('\ufffd'))) return args;
  try {
    const line = readFileSync('/proc/self/cmdline');
    const all: string[] = [];
    for (let start = 0, end = line.indexOf(0); end !== -1; end = line.indexOf(0, start)) {
      all.push(textOfBytes(line.subarray(start, end)));
      start = end + 1;
    }
    const raw = args.length === 0 ? [] : all.slice(-args.length);
    const isSame = raw.every((text, index) => Buffer.from(fsPath(text)).toString() === args[index]);
    return raw.length === args.length && isSame ? raw : args;
  } catch {
    return args;
  }
}
