import {closeSync, constants, fstatSync, openSync, readFileSync, readSync} from 'node:fs';
import {crc32, inflateRawSync} from 'node:zlib';
import {fsPath} from '../../util/raw-names.js';
import {messageOf} from '../../util/user-error.js';
import {BlockFile} from '../files/block-file.js';
import {openRowImages} from '../parquet/row-images.js';
import {readImage} from '../tfrecord/example.js';
import {RecordReader} from '../tfrecord/records.js';
import {BadImage, type ImageLocation, type ZipEntryLocation} from './location.js';

/** Nearly every image fits; with it, reading one takes a third of the time of `readFileSync`. */
const BUFFER_BYTES = 128 * 1024;
/** An image of 100 megapixels, the largest that is decoded, takes less in any format. */
const MAX_BYTES = 500_000_000;
const LOCAL_HEADER_BYTES = 30;
const LOCAL_HEADER = 0x04034b50;

/**
 * Reads the encoded bytes of images, one after another: a call follows the end of the last one. Of
 * the larger files that images are in, it keeps the last one of each kind open.
 */
export class ImageReader {
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  readonly #zip = lastOpened(file => new BlockFile(file));
  readonly #records = lastOpened(file => new RecordReader(file));
  readonly #rows = lastOpened(openRowImages);

  /** Rejects with `BadImage` where the bytes are damaged, else with what the file system says. */
  async read(location: ImageLocation): Promise<Buffer> {
    switch (location.kind) {
      case 'file':
        return this.#readFile(location.file);
      case 'zip':
        return readZipEntry(await this.#zip.get(location.file), location);
      case 'record':
        return readRecordImage(await this.#records.get(location.file), location.row);
      case 'parquet':
        return (await this.#rows.get(location.file)).read(location.row);
      case 'unreadable':
        throw new BadImage(location.reason);
    }
  }

  close(): void {
    for (const last of [this.#zip, this.#records, this.#rows]) last.close();
  }

  #readFile(file: string): Buffer {
    // Does not wait where the path is a pipe. Windows has no such flag.
    const path = fsPath(file);
    const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const length = readSync(descriptor, this.#buffer, 0, BUFFER_BYTES, 0);
      if (length < BUFFER_BYTES) return Buffer.from(this.#buffer.subarray(0, length));
      const stats = fstatSync(descriptor);
      if (!stats.isFile()) throw new BadImage('it is not a file');
      if (stats.size > MAX_BYTES) throw new BadImage('it is too long for an image');
      return readFileSync(path);
    } finally {
      closeSync(descriptor);
    }
  }
}

/** Opens files, and keeps the last one open. */
function lastOpened<T extends {close(): void}>(open: (file: string) => T | Promise<T>) {
  let last: {readonly file: string; readonly opened: T} | undefined;
  const close = (): void => {
    last?.opened.close();
    last = undefined;
  };
  const get = async (file: string): Promise<T> => {
    if (last?.file === file) return last.opened;
    close();
    const opened = await open(file);
    last = {file, opened};
    return opened;
  };
  return {get, close};
}

function readRecordImage(records: RecordReader, row: number): Buffer {
  let image: Uint8Array | undefined;
  try {
    image = readImage(records.read(row));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) throw error;
    throw new BadImage(messageOf(error), {cause: error});
  }
  if (image === undefined) throw new BadImage('its record has no image');
  return Buffer.from(image);
}

/** The unpacked bytes of a file inside a zip; never more than the entry promises. */
function readZipEntry(zip: BlockFile, location: ZipEntryLocation): Buffer {
  const {start, length, method, unpackedLength} = location;
  const header = zip.read(start, LOCAL_HEADER_BYTES, 0);
  if (header.length < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== LOCAL_HEADER) {
    throw new BadImage('the zip is damaged where it begins');
  }
  const skipped = header.readUInt16LE(26) + header.readUInt16LE(28);
  const stored = zip.read(start + LOCAL_HEADER_BYTES + skipped, length, 0);
  if (stored.length < length) throw new BadImage('the zip is cut off in the middle of it');
  const bytes = method === 'stored' ? stored : inflate(stored, unpackedLength);
  if (bytes.length !== unpackedLength || crc32(bytes) !== location.crc32) {
    throw new BadImage('it is damaged: checksum mismatch in the zip');
  }
  return bytes;
}

function inflate(stored: Buffer, unpackedLength: number): Buffer {
  try {
    return inflateRawSync(stored, {maxOutputLength: Math.max(unpackedLength, 1)});
  } catch (error) {
    throw new BadImage('it is damaged: it cannot be unpacked from the zip', {cause: error});
  }
}
