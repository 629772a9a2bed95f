import {crc32} from 'node:zlib';
import type {Stamp} from '../images/stamp.js';

/*
 * A pack is one file:
 *
 *   header   4096 bytes: magic, length of the JSON (32 bits), CRC-32 of the JSON, the JSON
 *   entries  16 bytes for each image of the catalogue: what its slot holds
 *   slots    one for each image, all of one length, at its position
 *
 * A slot that was never written is a hole and takes no place on the disk. All numbers are little
 * end first.
 */
export const HEADER_BYTES = 4096;
export const ENTRY_BYTES = 16;
/** A slot holds an image or, in words, why there is none: even the smallest has room for that. */
const MIN_SLOT_BYTES = 96;
const PAGE_BYTES = 4096;
const MAX_SIDE = 0xffff;

/** Where things are in a pack. */
export type PackGeometry = {
  readonly count: number;
  readonly imageBytes: number;
  readonly slotBytes: number;
  readonly firstSlot: number;
  readonly fileBytes: number;
};

export function geometryOf({
  count,
  height,
  width,
}: {
  readonly count: number;
  readonly height: number;
  readonly width: number;
}): PackGeometry {
  const imageBytes = height * width * 3;
  const slotBytes = Math.max(imageBytes, MIN_SLOT_BYTES);
  const entriesEnd = HEADER_BYTES + count * ENTRY_BYTES;
  const firstSlot = Math.ceil(entriesEnd / PAGE_BYTES) * PAGE_BYTES;
  return {count, imageBytes, slotBytes, firstSlot, fileBytes: firstSlot + count * slotBytes};
}

/** What a slot holds. */
type PackEntry = {
  /** Of the image's file just before it was decoded. */
  readonly stamp: Stamp;
  /** Of the image in its file; 0 and 0 where it is broken, and the slot says why. */
  readonly original: readonly [height: number, width: number];
};

/**
 * The bytes of an entry: a CRC-32 over everything that matters (the rest of the entry, the
 * position, the slot's content), the stamp, the original size.
 */
export function encodeEntry(
  {stamp, original}: PackEntry,
  position: number,
  content: Uint8Array,
): Buffer {
  const bytes = Buffer.alloc(ENTRY_BYTES);
  bytes.writeUInt32LE(stamp[0], 4);
  bytes.writeUInt32LE(stamp[1], 8);
  bytes.writeUInt16LE(Math.min(original[0], MAX_SIDE), 12);
  bytes.writeUInt16LE(Math.min(original[1], MAX_SIDE), 14);
  bytes.writeUInt32LE(checksum(bytes, position, content), 0);
  return bytes;
}

export function checksum(entry: Uint8Array, position: number, content: Uint8Array): number {
  const place = Buffer.alloc(4);
  place.writeUInt32LE(position);
  return crc32(content, crc32(place, crc32(entry.subarray(4, ENTRY_BYTES))));
}
