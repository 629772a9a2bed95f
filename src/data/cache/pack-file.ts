import {randomBytes} from 'node:crypto';
import {read, writeSync} from 'node:fs';
import {mkdir, open, rename, rm, type FileHandle} from 'node:fs/promises';
import path from 'node:path';
import type {Stamp} from '../images/stamp.js';
import {decodeHeader, encodeHeader, type PackHeader} from './pack-header.js';
import {checksum, ENTRY_BYTES, geometryOf, HEADER_BYTES, type PackGeometry} from './pack-layout.js';

/** Another process may put its own pack in place at the same moment. */
const ATTEMPTS = 5;

/**
 * Decoded images in one file that grows slot by slot; several processes may fill and read it at
 * the same time. It works on the open file, whatever happens to its name.
 */
export class PackFile {
  readonly geometry: PackGeometry;
  readonly #handle: FileHandle;
  #onClose: () => Promise<void> = () => Promise.resolve();
  /** As last read from the file. */
  readonly #entries: Buffer;

  private constructor(handle: FileHandle, geometry: PackGeometry) {
    this.#handle = handle;
    this.geometry = geometry;
    this.#entries = Buffer.alloc(geometry.count * ENTRY_BYTES);
  }

  /**
   * Opens a pack to read and write; makes an empty one where there is none, or something else has
   * its name.
   */
  static async open(file: string, header: PackHeader): Promise<PackFile> {
    const geometry = geometryOf(header);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const handle = await open(file, 'r+').catch(ignoreMissing);
      if (handle !== undefined) {
        if (await isPackOf(handle, header, geometry)) {
          const pack = new PackFile(handle, geometry);
          await pack.readEntries();
          return pack;
        }
        await handle.close();
      }
      await createEmpty(file, header, geometry);
    }
    throw new Error(`${file} is not what was just written there`);
  }

  get descriptor(): number {
    return this.#handle.fd;
  }

  /** Sees what other processes have written since, from one position up to another. */
  async readEntries(first = 0, last = this.geometry.count - 1): Promise<void> {
    const start = first * ENTRY_BYTES;
    const bytes = this.#entries.subarray(start, (last + 1) * ENTRY_BYTES);
    const {bytesRead} = await this.#handle.read(bytes, 0, bytes.length, HEADER_BYTES + start);
    bytes.fill(0, bytesRead);
  }

  /** Lets an image that turned out to be damaged be decoded again. */
  forget(position: number): void {
    this.#entries.writeUInt32LE(0, position * ENTRY_BYTES);
    writeSync(this.#handle.fd, Buffer.alloc(4), 0, 4, HEADER_BYTES + position * ENTRY_BYTES);
  }

  /** Whether something was decoded into the slot, a broken image included. */
  has(position: number): boolean {
    return this.#entries.readUInt32LE(position * ENTRY_BYTES) !== 0;
  }

  /** Of the image's file, just before it was decoded. */
  stamp(position: number): Stamp {
    const at = position * ENTRY_BYTES;
    return [this.#entries.readUInt32LE(at + 4), this.#entries.readUInt32LE(at + 8)];
  }

  /** [height, width] of the image in its file; 0 and 0 for a broken one. */
  originalSize(position: number): readonly [number, number] {
    const at = position * ENTRY_BYTES + 12;
    return [this.#entries.readUInt16LE(at), this.#entries.readUInt16LE(at + 2)];
  }

  /** What the slot of a broken image says; undefined where it is damaged. */
  async reason(position: number): Promise<string | undefined> {
    const content = new Uint8Array(this.geometry.slotBytes);
    if (!(await this.#readSlot(position, content))) return undefined;
    const end = content.indexOf(0);
    return Buffer.from(content.subarray(0, end === -1 ? undefined : end)).toString();
  }

  /** Copies the image at a position into `target`; false where what is there is damaged. */
  async readPixels(position: number, target: Uint8Array): Promise<boolean> {
    const {imageBytes, slotBytes} = this.geometry;
    if (imageBytes === slotBytes) return this.#readSlot(position, target);
    const content = new Uint8Array(slotBytes);
    const isWhole = await this.#readSlot(position, content);
    target.set(content.subarray(0, imageBytes));
    return isWhole;
  }

  /** @param onClose Called when it is closed. */
  onClose(onClose: () => Promise<void>): void {
    this.#onClose = onClose;
  }

  async close(): Promise<void> {
    await this.#handle.close();
    await this.#onClose();
  }

  /** @param content Filled with the whole slot. */
  #readSlot(position: number, content: Uint8Array): Promise<boolean> {
    const entry = this.#entries.subarray(position * ENTRY_BYTES, (position + 1) * ENTRY_BYTES);
    const {firstSlot, slotBytes} = this.geometry;
    return new Promise((resolve, reject) => {
      // The callback costs half of what the promise of a file handle does, for every image.
      const start = firstSlot + position * slotBytes;
      read(this.#handle.fd, content, 0, slotBytes, start, (error, found) => {
        if (error !== null) return reject(error);
        const isWhole = found === slotBytes && entry.readUInt32LE(0) !== 0;
        resolve(isWhole && checksum(entry, position, content) === entry.readUInt32LE(0));
      });
    });
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

async function isPackOf(
  handle: FileHandle,
  wanted: PackHeader,
  {fileBytes}: PackGeometry,
): Promise<boolean> {
  const bytes = Buffer.alloc(HEADER_BYTES);
  const {bytesRead} = await handle.read(bytes, 0, HEADER_BYTES, 0);
  const found = decodeHeader(bytes.subarray(0, bytesRead));
  const isWanted =
    found?.count === wanted.count &&
    found.height === wanted.height &&
    found.width === wanted.width &&
    found.decoder === wanted.decoder;
  return isWanted && (await handle.stat()).size === fileBytes;
}

/** Appears under its name whole, of full length, and empty. */
async function createEmpty(
  file: string,
  header: PackHeader,
  {fileBytes}: PackGeometry,
): Promise<void> {
  await mkdir(path.dirname(file), {recursive: true});
  const unfinished = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.unfinished`;
  try {
    const handle = await open(unfinished, 'wx');
    try {
      await handle.writeFile(encodeHeader(header));
      await handle.truncate(fileBytes);
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, {force: true});
  }
}
