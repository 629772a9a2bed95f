import {writeSync} from 'node:fs';
import type {DecodedImage} from '../image/decode.js';
import {BadImage} from '../pictures/bad-image.js';
import {encodeEntry, ENTRY_BYTES, HEADER_BYTES, type PackGeometry} from './pack-layout.js';

/**
 * Writes a picture, or why there is none, into its slot, and then the entry that makes it count: a
 * process that is killed between the two leaves the slot as empty as it was.
 */
export function writeSlot(
  descriptor: number,
  geometry: PackGeometry,
  position: number,
  stamp: readonly [number, number],
  result: DecodedImage | BadImage,
): void {
  const content = contentOf(geometry, result);
  const original = result instanceof BadImage ? ([0, 0] as const) : result.original;
  const entry = encodeEntry({stamp, original}, position, content);
  writeAll(descriptor, content, geometry.firstSlot + position * geometry.slotBytes);
  writeAll(descriptor, entry, HEADER_BYTES + position * ENTRY_BYTES);
}

function contentOf(
  {imageBytes, slotBytes}: PackGeometry,
  result: DecodedImage | BadImage,
): Uint8Array {
  if (!(result instanceof BadImage) && imageBytes === slotBytes) return result.pixels;
  const content = Buffer.alloc(slotBytes);
  if (result instanceof BadImage) content.write(result.message);
  else content.set(result.pixels);
  return content;
}

function writeAll(descriptor: number, bytes: Uint8Array, position: number): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, position + written);
  }
}
