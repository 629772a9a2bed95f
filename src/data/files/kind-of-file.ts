import {firstOf} from '../../util/format.js';
import {closeSync, openSync, readSync} from 'node:fs';
import {fsPath} from '../../util/raw-names.js';

const LOOKED_AT_BYTES = 4096;

/** A kind of file in words, and what to do when another was expected. */
type FileKind = {readonly what: string; readonly hint: string};

const WEB_PAGE: FileKind = {
  what: 'a web page: a failed download was saved under its name',
  hint: 'Download it again, signed in if needed.',
};
const QUOTA_PAGE: FileKind = {
  what: 'a web page of Google Drive, which refused the download (too many people fetched the file, or it asks for confirmation)',
  hint: 'Open the link in a browser that is signed in to Google, or wait a day. celeba-tui data fetch does not use Google Drive.',
};
const POINTER_FILE: FileKind = {
  what: 'a pointer to a file that was not fetched',
  hint: 'Fetch it with git lfs pull or git annex get.',
};
const POINTER =
  /^(version https:\/\/git-lfs|\/annex\/objects|\.git\/annex|\.\.?\/.*annex\/objects)/;

const unpackWith = (what: string, command: string): FileKind => ({
  what,
  hint: `Only zips are read without unpacking. Unpack it: ${command}`,
});
const MAGIC: readonly (readonly [start: string, kind: FileKind])[] = [
  ['7z\xbc\xaf\x27\x1c', unpackWith('a 7z archive', '7z x FILE')],
  ['Rar!', unpackWith('a RAR archive', 'unrar x FILE')],
  ['\x1f\x8b', unpackWith('compressed with gzip', 'tar -xzf FILE, or gunzip FILE')],
  ['\xfd7zXZ', unpackWith('compressed with xz', 'tar -xJf FILE, or unxz FILE')],
  ['BZh', unpackWith('compressed with bzip2', 'tar -xjf FILE, or bunzip2 FILE')],
  ['PK\x03\x04', unpackWith('a zip, or a workbook of a spreadsheet', 'unzip FILE')],
  ['PAR1', {what: 'a parquet file', hint: 'Give it the ending .parquet.'}],
  ['\xff\xd8\xff', {what: 'a JPEG', hint: 'Download it again.'}],
  ['\x89PNG', {what: 'a PNG', hint: 'Download it again.'}],
  ['%PDF', {what: 'a PDF', hint: 'Download it again.'}],
];

/**
 * The kind of a file by its first bytes, whatever its name says.
 *
 * @returns undefined unless it is one of the usual mistakes.
 */
export function kindOfBytes(bytes: Buffer): FileKind | undefined {
  const start = bytes.toString('latin1', 0, LOOKED_AT_BYTES).replace(/^\xef\xbb\xbf/, '');
  if (/^\s*<(!doctype|html|\?xml)/i.test(start)) {
    return /google drive|drive\.google|quota exceeded/i.test(start) ? QUOTA_PAGE : WEB_PAGE;
  }
  if (POINTER.test(start.trimStart())) return POINTER_FILE;
  if (bytes.toString('latin1', 257, 262) === 'ustar') {
    return unpackWith('a tar archive', 'tar -xf FILE');
  }
  return MAGIC.find(([magic]) => start.startsWith(magic))?.[1];
}

/** The same for a file on the disk. */
export function kindOfFile(file: string): FileKind | undefined {
  const bytes = Buffer.alloc(LOOKED_AT_BYTES);
  try {
    const descriptor = openSync(fsPath(file), 'r');
    try {
      return kindOfBytes(bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, 0)));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}

/** An archive that has to be unpacked first, by its name: `.7z.001`, `.tar.gz`, `.rar`, `.z01`. */
export function unpackedBy(name: string): string | undefined {
  if (/\.7z(\.001)?$/i.test(name)) return `7z x ${name}`;
  if (/\.(tar|tgz|tar\.(gz|xz|bz2|zst))$/i.test(name)) return `tar -xf ${name}`;
  if (/\.rar$/i.test(name)) return `unrar x ${name}`;
  if (/\.(z01|zip\.001)$/i.test(name)) return `7z x ${name.replace(/\.z01$/i, '.zip')}`;
  return undefined;
}

/** What a folder with these names holds, as a sentence. */
export function describeNames(names: readonly string[]): string {
  const archive = names.find(name => unpackedBy(name) !== undefined);
  if (archive !== undefined) {
    return `It holds ${archive}, an archive that must be unpacked first: ${unpackedBy(archive)}.`;
  }
  if (names.length === 0) return 'The folder is empty.';
  return `It holds ${firstOf(names, 5)}.`;
}
