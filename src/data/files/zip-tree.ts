import path from 'node:path';
import {type Entry, fromRandomAccessReaderPromise, RandomAccessReader} from 'yauzl';
import {messageOf} from '../../util/user-error.js';
import {ImageReader} from '../images/image-reader.js';
import {BadImage, type ImageLocation} from '../images/location.js';
import {dataError} from '../layouts/text-file.js';
import {BlockFile} from './block-file.js';
import type {FileTree} from './file-tree.js';
import {kindOfFile} from './kind-of-file.js';

/**
 * The files in a zip.
 *
 * @throws UserError with exit code 3 where the zip is damaged.
 */
export async function zipTree(file: string): Promise<FileTree> {
  const entries = await readZipEntries(file);
  const folders = foldersOf(entries.keys());
  const missing = {kind: 'unreadable', file, reason: 'the file is missing in the zip'} as const;
  const locate = (name: string): ImageLocation => entries.get(name) ?? missing;
  const readFile = async (name: string): Promise<Buffer> => {
    const reader = new ImageReader();
    try {
      return await reader.read(locate(name));
    } catch (error) {
      if (error instanceof BadImage) throw new Error(error.message, {cause: error});
      throw error;
    } finally {
      reader.close();
    }
  };
  return {
    kind: 'zip',
    place: file,
    has: name => entries.has(name) || folders.has(name),
    isFolder: name => folders.has(name),
    names: name => folders.get(name),
    someNames: (name, count) => [...(folders.get(name) ?? [])].slice(0, count).sort(),
    nameOf: name => path.join(file, name),
    locate,
    readFile,
    readStart: async (name, bytes) => (await readFile(name)).subarray(0, bytes),
  };
}

/** The names in each folder, by the folder's path without a / at the end. */
function foldersOf(files: Iterable<string>): Map<string, Set<string>> {
  const folders = new Map<string, Set<string>>([['', new Set()]]);
  for (const file of files) {
    let child = file;
    while (child !== '') {
      const end = child.lastIndexOf('/');
      const folder = end === -1 ? '' : child.slice(0, end);
      const names = folders.get(folder);
      if (names !== undefined) {
        names.add(child.slice(end + 1));
        break;
      }
      folders.set(folder, new Set([child.slice(end + 1)]));
      child = folder;
    }
  }
  return folders;
}

const STORED = 0;
const DEFLATED = 8;
/** All of CelebA's labels are 27 MB. */
const MAX_UNPACKED_BYTES = 200_000_000;
/** Five times as many as all of CelebA; each costs some hundred bytes of memory. */
const MAX_ENTRIES = 1_000_000;
/** Each folder in a path takes memory too. */
const MAX_DEPTH = 30;

/**
 * The files in a zip by their paths; nothing is unpacked. @throws UserError where it is damaged.
 */
async function readZipEntries(file: string): Promise<ReadonlyMap<string, ImageLocation>> {
  const entries = new Map<string, ImageLocation>();
  try {
    const reader = new BlockReader(file);
    const zip = await fromRandomAccessReaderPromise(reader, reader.bytes, {autoClose: true});
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
        `${file} is not a zip but ${kind.what}.`,
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
    return 'the zip is incomplete: its directory, which is at the end, is missing.';
  }
  return `the zip cannot be read: ${message}.`;
}

/**
 * Lets yauzl read a zip's directory a megabyte at a time. By default it reads twice for each entry,
 * which takes seconds for all of CelebA.
 */
class BlockReader extends RandomAccessReader {
  readonly #file: BlockFile;

  constructor(file: string) {
    super();
    this.#file = new BlockFile(file);
  }

  get bytes(): number {
    return this.#file.bytes;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    try {
      callback(null, this.#file.read(position, length).copy(buffer, offset));
    } catch (error) {
      callback(error as Error);
    }
  }

  override close(callback: (error: Error | null) => void): void {
    this.#file.close();
    callback(null);
  }
}
