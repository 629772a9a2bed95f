import {closeSync, constants, fstatSync, openSync, readFileSync, readSync} from 'node:fs';
import {crc32} from 'node:zlib';
import {fsPath} from '../../util/raw-names.js';
import {ParquetImages} from '../parquet/parquet-images.js';
import {BadImage} from './bad-image.js';
import type {FileRange, ImageLocation} from './location.js';
import {OpenFiles} from './open-files.js';
import {readZipEntry} from './zip-entry.js';

/** Nearly every image fits; with it, reading one costs a third of `readFileSync`. */
const BUFFER_BYTES = 128 * 1024;

/** An image of 100 megapixels, the largest that is decoded, takes less in any format. */
const MAX_BYTES = 500_000_000;

/** Reads the encoded bytes of images; keeps the larger files open that they are in. */
export class ImageReader {
  readonly #files = new OpenFiles();
  readonly #parquet = new ParquetImages(this.#files);
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);

  /** @throws BadImage where the bytes are damaged; what the file system says where it cannot be read. */
  read(location: ImageLocation): Buffer {
    switch (location.kind) {
      case 'file':
        return this.#readWhole(location.file);
      case 'range':
        return readRange(this.#files, location);
      case 'zip':
        return readZipEntry(this.#files, location);
      case 'parquet':
        return this.#parquet.read(location);
      case 'unreadable':
        throw new BadImage(location.reason);
    }
  }

  close(): void {
    this.#files.close();
  }

  #readWhole(file: string): Buffer {
    // Without waiting, should it be a pipe; Windows has no such flag.
    const path = fsPath(file);
    const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const length = readSync(descriptor, this.#buffer, 0, BUFFER_BYTES, 0);
      if (length < BUFFER_BYTES) return Buffer.from(this.#buffer.subarray(0, length));
      const found = fstatSync(descriptor);
      if (!found.isFile()) throw new BadImage('it is not a file');
      if (found.size > MAX_BYTES) throw new BadImage('it is too long for an image');
      return readFileSync(path);
    } finally {
      closeSync(descriptor);
    }
  }
}

function readRange(files: OpenFiles, {file, start, length, crc32: wanted}: FileRange): Buffer {
  const bytes = files.read(file, start, length);
  if (bytes.length < length) throw new BadImage('its file is cut off in the middle of it');
  if (crc32(bytes) !== wanted) throw new BadImage('it is damaged: its checksum is another');
  return bytes;
}
