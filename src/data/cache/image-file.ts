import {read} from 'node:fs';
import {open, type FileHandle} from 'node:fs/promises';
import {crc32} from 'node:zlib';
import * as z from 'zod';
import type {Size} from '../image/area-filter.js';
import {
  ENTRY_BYTES,
  HEADER_BYTES,
  rowChecksum,
  rowGeometry,
  type RowGeometry,
} from './image-rows.js';

/** The last two bytes are the version of the format. */
const MAGIC = Buffer.from('CTPACK\u0000\u0003', 'latin1');
const VERSION_BYTES = 2;
const JSON_START = MAGIC.length + 8;
const MAX_TEXT = 1000;

const Header = z.object({
  count: z.int().min(1).max(100_000_000),
  height: z.int().min(1).max(65_535),
  width: z.int().min(1).max(65_535),
  /** CRC-32 of all entries. */
  entriesChecksum: z.int(),
  decoder: z.string(),
  /** Layout and place of the data, for people. */
  source: z.string(),
  /** State of the images' folder or files when they were decoded; see `files/source-state.ts`. */
  state: z.string(),
  /** Whether a later change would have given another state. */
  isSettled: z.boolean(),
  /** When the last of the images' files changed, in milliseconds since 1970. */
  newestMs: z.number(),
});
export type ImageFileHeader = z.infer<typeof Header>;

/** undefined where the bytes are not a header of this version. */
export function decodeHeader(bytes: Buffer): ImageFileHeader | undefined {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    return undefined;
  }
  const json = bytes.subarray(JSON_START, JSON_START + bytes.readUInt32LE(MAGIC.length));
  if (crc32(json) !== bytes.readUInt32LE(MAGIC.length + 4)) return undefined;
  try {
    return Header.parse(JSON.parse(json.toString()));
  } catch {
    return undefined;
  }
}

/** Whether a file that begins with these bytes is of the image cache, in any version. */
export function isImageFile(bytes: Buffer): boolean {
  const name = MAGIC.length - VERSION_BYTES;
  return bytes.subarray(0, name).equals(MAGIC.subarray(0, name));
}

/** Reads the header's bytes; fewer where the file is shorter. */
export async function readStart(handle: FileHandle): Promise<Buffer> {
  const {buffer, bytesRead} = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

/** Decoded images in one file that never changes. It stays readable when its name is removed. */
export class ImageFile {
  readonly header: ImageFileHeader;
  readonly #geometry: RowGeometry;
  readonly #handle: FileHandle;
  readonly #entries: Buffer;

  private constructor(handle: FileHandle, header: ImageFileHeader, entries: Buffer) {
    this.#handle = handle;
    this.header = header;
    this.#entries = entries;
    this.#geometry = rowGeometry(header.count, [header.height, header.width]);
  }

  /**
   * Opens a cache file and checks its header, length and entries; rows are checked when they are
   * read.
   *
   * @returns undefined where it is damaged. Rejects where it cannot be opened.
   */
  static async open(file: string): Promise<ImageFile | undefined> {
    const handle = await open(file, 'r');
    try {
      const header = decodeHeader(await readStart(handle));
      const entries = header && (await readEntries(handle, header));
      if (header !== undefined && entries !== undefined) {
        return new ImageFile(handle, header, entries);
      }
    } catch (error) {
      await handle.close();
      throw error;
    }
    await handle.close();
    return undefined;
  }

  /** [height, width] of the image before it was scaled; undefined for an unreadable one. */
  originalSize(row: number): Size | undefined {
    const at = row * ENTRY_BYTES + 4;
    const height = this.#entries.readUInt16LE(at);
    return height === 0 ? undefined : [height, this.#entries.readUInt16LE(at + 2)];
  }

  async reason(row: number): Promise<string> {
    const content = Buffer.alloc(this.#geometry.rowBytes);
    if (!(await this.#readRow(row, content))) return 'it could not be decoded';
    const end = content.indexOf(0);
    return content.toString('utf8', 0, end === -1 ? undefined : end);
  }

  /** Copies the image of a row into `target`; false where the row is damaged. */
  async readPixels(row: number, target: Uint8Array): Promise<boolean> {
    const {imageBytes, rowBytes} = this.#geometry;
    if (imageBytes === rowBytes) return this.#readRow(row, target);
    const content = new Uint8Array(rowBytes);
    const isWhole = await this.#readRow(row, content);
    target.set(content.subarray(0, imageBytes));
    return isWhole;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  #readRow(row: number, content: Uint8Array): Promise<boolean> {
    const entry = this.#entries.subarray(row * ENTRY_BYTES, (row + 1) * ENTRY_BYTES);
    const {firstRow, rowBytes} = this.#geometry;
    return new Promise((resolve, reject) => {
      // The callback takes half the time of a file handle's promise, for every image.
      read(this.#handle.fd, content, 0, rowBytes, firstRow + row * rowBytes, (error, length) => {
        if (error !== null) return reject(error);
        const isWhole = length === rowBytes;
        resolve(isWhole && rowChecksum(entry, row, content) === entry.readUInt32LE(0));
      });
    });
  }
}

/** undefined where they are damaged, or the file is not as long as its header says. */
async function readEntries(
  handle: FileHandle,
  {count, height, width, entriesChecksum}: ImageFileHeader,
): Promise<Buffer | undefined> {
  const {size} = await handle.stat();
  if (size !== rowGeometry(count, [height, width]).fileBytes) return undefined;
  const entries = Buffer.alloc(count * ENTRY_BYTES);
  await handle.read(entries, 0, entries.length, HEADER_BYTES);
  return crc32(entries) === entriesChecksum ? entries : undefined;
}

export type OpenCacheFile = {
  /** Descriptor of the open file, which decoding processes write rows into. */
  readonly descriptor: number;
  readonly geometry: RowGeometry;
};

/**
 * Writes a new cache file. It has no header until it is whole.
 *
 * @param fill Writes all rows. Returns what the header says of them.
 * @throws Error where the file exists, or a row was not written.
 */
export async function writeImageFile(
  file: string,
  count: number,
  [height, width]: Size,
  fill: (
    file: OpenCacheFile,
  ) => Promise<Omit<ImageFileHeader, 'count' | 'height' | 'width' | 'entriesChecksum'>>,
): Promise<void> {
  const geometry = rowGeometry(count, [height, width]);
  const handle = await open(file, 'wx+');
  try {
    await handle.truncate(geometry.fileBytes);
    const header = await fill({descriptor: handle.fd, geometry});
    const entries = Buffer.alloc(count * ENTRY_BYTES);
    await handle.read(entries, 0, entries.length, HEADER_BYTES);
    for (let row = 0; row < count; row++) {
      if (entries.readUInt32LE(row * ENTRY_BYTES + 4) === 0) {
        throw new Error(`row ${row} of the image cache was not written`);
      }
    }
    const source = header.source.slice(0, MAX_TEXT);
    const entriesChecksum = crc32(entries);
    const json = JSON.stringify({...header, source, count, height, width, entriesChecksum});
    await handle.write(encodeHeader(Buffer.from(json)), 0, HEADER_BYTES, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function encodeHeader(json: Buffer): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(json.length, MAGIC.length);
  bytes.writeUInt32LE(crc32(json), MAGIC.length + 4);
  json.copy(bytes, JSON_START);
  return bytes;
}
