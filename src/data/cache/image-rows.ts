import {writeSync, writevSync} from 'node:fs';
import {crc32} from 'node:zlib';
import type {DecodedImage} from '../image/sharp-images.js';
import {BadImage} from '../images/location.js';
import {sum} from '../../util/sum.js';

/*
 * A file of the image cache, little-endian:
 *
 *   header    4096 bytes (see `image-file.ts`)
 *   entries   8 bytes for each row: its checksum, the image's original height and width
 *   rows      all of one length: RGB pixels, or the reason why an image is unreadable
 */
export const HEADER_BYTES = 4096;
export const ENTRY_BYTES = 8;
/** Even the smallest row has room for a reason. */
const MIN_ROW_BYTES = 96;
const PAGE_BYTES = 4096;
const MAX_SIDE = 0xffff;
/** The original size of an unreadable image. A row that nobody wrote has 0 and 0. */
const UNREADABLE = [0, 1] as const;

/** Where things are in a cache file, in bytes. */
export type RowGeometry = {
  readonly count: number;
  readonly imageBytes: number;
  readonly rowBytes: number;
  readonly firstRow: number;
  readonly fileBytes: number;
};

export function rowGeometry(
  count: number,
  [height, width]: readonly [height: number, width: number],
): RowGeometry {
  const imageBytes = height * width * 3;
  const rowBytes = Math.max(imageBytes, MIN_ROW_BYTES);
  const firstRow = Math.ceil((HEADER_BYTES + count * ENTRY_BYTES) / PAGE_BYTES) * PAGE_BYTES;
  return {count, imageBytes, rowBytes, firstRow, fileBytes: firstRow + count * rowBytes};
}

/** CRC-32 of a row, its number and its image's original size. */
export function rowChecksum(entry: Buffer, row: number, content: Uint8Array): number {
  const place = Buffer.alloc(ENTRY_BYTES);
  place.writeUInt32LE(row);
  entry.copy(place, 4, 4, ENTRY_BYTES);
  return crc32(content, crc32(place));
}

/**
 * Writes consecutive rows and their entries into an open cache file.
 *
 * @param results Images, or why they are unreadable, from the row `first` on.
 */
export function writeRows(
  descriptor: number,
  geometry: RowGeometry,
  first: number,
  results: readonly (DecodedImage | BadImage)[],
): void {
  const contents = results.map(result => rowContent(geometry, result));
  const entries = results.map((result, index) =>
    encodeEntry(first + index, result, contents[index] as Uint8Array),
  );
  writeAll(descriptor, contents, geometry.firstRow + first * geometry.rowBytes);
  writeAll(descriptor, entries, HEADER_BYTES + first * ENTRY_BYTES);
}

function rowContent(
  {imageBytes, rowBytes}: RowGeometry,
  result: DecodedImage | BadImage,
): Uint8Array {
  if (!(result instanceof BadImage) && imageBytes === rowBytes) return result.pixels;
  const content = Buffer.alloc(rowBytes);
  if (result instanceof BadImage) content.write(result.message);
  else content.set(result.pixels);
  return content;
}

function encodeEntry(row: number, result: DecodedImage | BadImage, content: Uint8Array): Buffer {
  const [height, width] = result instanceof BadImage ? UNREADABLE : result.original;
  const entry = Buffer.alloc(ENTRY_BYTES);
  entry.writeUInt16LE(Math.min(height, MAX_SIDE), 4);
  entry.writeUInt16LE(Math.min(width, MAX_SIDE), 6);
  entry.writeUInt32LE(rowChecksum(entry, row, content), 0);
  return entry;
}

/** A write call may write less than it is given. */
function writeAll(descriptor: number, parts: readonly Uint8Array[], position: number): void {
  let written = writevSync(descriptor, parts, position);
  const length = sum(parts.map(part => part.length));
  if (written === length) return;
  const bytes = Buffer.concat(parts);
  while (written < length) {
    written += writeSync(descriptor, bytes, written, length - written, position + written);
  }
}
