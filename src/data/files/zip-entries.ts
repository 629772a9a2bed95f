import {statSync} from 'node:fs';
import {fromRandomAccessReaderPromise, type Entry} from 'yauzl';
import {fsPath} from '../../util/raw-names.js';
import {messageOf} from '../../util/user-error.js';
import {dataError} from '../layouts/text-file.js';
import type {ImageLocation} from '../images/location.js';
import {BlockReader} from './block-reader.js';
import {kindOfFile} from './kind-of-file.js';

const STORED = 0;
const DEFLATED = 8;
/** All of CelebA's labels are 27 MB. */
const MAX_UNPACKED_BYTES = 200_000_000;
/** Five times as many as all of CelebA; each costs some hundred bytes of memory. */
const MAX_ENTRIES = 1_000_000;
/** Every folder in a path is kept, too. */
const MAX_DEPTH = 30;

/** The files in a zip by their paths; nothing is unpacked. @throws UserError where it is damaged. */
export async function readZipEntries(file: string): Promise<ReadonlyMap<string, ImageLocation>> {
  const entries = new Map<string, ImageLocation>();
  try {
    const zip = await fromRandomAccessReaderPromise(
      new BlockReader(file),
      statSync(fsPath(file)).size,
      {
        autoClose: true,
      },
    );
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      if (entries.size === MAX_ENTRIES) throw new Error(`it holds more than ${MAX_ENTRIES} files`);
      if (entry.fileName.split('/', MAX_DEPTH + 1).length > MAX_DEPTH) {
        throw new Error(`it holds folders more than ${MAX_DEPTH} deep`);
      }
      entries.set(entry.fileName, locationOf(file, entry));
    }
  } catch (error) {
    const kind = kindOfFile(file);
    if (kind !== undefined && !kind.what.startsWith('a zip')) {
      throw dataError(
        `${file} is no zip but ${kind.what}.`,
        kind.hint.replace('FILE', file),
        error,
      );
    }
    throw dataError(`${file}: ${reasonOf(messageOf(error))}`, 'Download it again.', error);
  }
  return entries;
}

function locationOf(file: string, entry: Entry): ImageLocation {
  const reason = whyUnreadable(entry);
  if (reason !== undefined) return {kind: 'unreadable', file, reason};
  return {
    kind: 'zip',
    file,
    start: entry.relativeOffsetOfLocalHeader,
    length: entry.compressedSize,
    method: entry.compressionMethod === STORED ? 'stored' : 'deflated',
    unpackedLength: entry.uncompressedSize,
    crc32: entry.crc32,
  };
}

function whyUnreadable(entry: Entry): string | undefined {
  const {compressionMethod: method, compressedSize, uncompressedSize} = entry;
  if (entry.isEncrypted()) return 'it is encrypted in the zip';
  if (method !== STORED && method !== DEFLATED) {
    return `it is packed in the zip with method ${method}; only stored and deflated files can be read`;
  }
  if (Math.max(uncompressedSize, compressedSize) > MAX_UNPACKED_BYTES) {
    return `it claims ${uncompressedSize} bytes unpacked`;
  }
  return undefined;
}

function reasonOf(message: string): string {
  if (/invalid relative path|absolute path|invalid characters/.test(message)) {
    return `the zip holds a path that leads out of it (${message}). It is not used.`;
  }
  if (/End of central directory record signature not found/.test(message)) {
    return 'it is no whole zip: its directory, which is at the end, is missing.';
  }
  return `the zip cannot be read: ${message}.`;
}
