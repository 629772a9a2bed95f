import {isUtf8} from 'node:buffer';
import {readFileSync, readdirSync} from 'node:fs';

/*
 * On Linux, a file name may be any bytes. Node replaces bytes that are not UTF-8 by U+FFFD, and such a
 * name opens no file. This module maps each of those bytes to a code unit from U+DC80 to U+DCFF, which
 * no valid text contains (Python's surrogateescape). So names stay strings that survive JSON and
 * messages between processes, and give their bytes back.
 */

const ESCAPE = 0xdc00;

const ESCAPED = /(?<![\ud800-\udbff])[\udc80-\udcff]/;
const ALL_ESCAPED = new RegExp(ESCAPED, 'g');

/** Decodes bytes as UTF-8; escapes each byte that is not UTF-8. */
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

/** Length in bytes of the character that starts here; 0 for none. */
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  return at + length <= bytes.length && isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}

/** A path for the file system: the text, or its bytes where some are escaped. */
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

/** A name for people: decodes escaped bytes as Latin-1, the most likely encoding. */
export function readableName(text: string): string {
  return text.replaceAll(ALL_ESCAPED, unit => String.fromCharCode(unit.charCodeAt(0) - ESCAPE));
}

/** The names in a folder with any bytes; a link is no folder. */
export function rawNamesIn(folder: string): {name: string; isFolder: boolean}[] {
  // With this encoding a name is its bytes; the types do not know it.
  const listing: readonly {name: unknown; isDirectory(): boolean}[] = readdirSync(
    Buffer.from(fsPath(folder)),
    {
      encoding: 'buffer',
      withFileTypes: true,
    },
  );
  return listing.map(entry => ({
    name: textOfBytes(entry.name as Uint8Array),
    isFolder: entry.isDirectory(),
  }));
}

/**
 * The arguments of this process, including bytes that Node could not decode.
 *
 * @param args The arguments as Node decodes them: the end of the command line.
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
