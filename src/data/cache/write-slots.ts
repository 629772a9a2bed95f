import {writeSync, writevSync} from 'node:fs';
import type {DecodedImage} from '../image/decode.js';
import {BadImage} from '../images/bad-image.js';
import type {Stamp} from '../images/stamp.js';
import {encodeEntry, ENTRY_BYTES, HEADER_BYTES, type PackGeometry} from './pack-layout.js';

export type FilledSlot = {
  readonly position: number;
  readonly stamp: Stamp;
  /** The image, or why there is none. */
  readonly result: DecodedImage | BadImage;
};

/**
 * Writes images into their slots, and then the entries that make them count: a process that is
 * killed between the two leaves the slots as empty as they were. Neighbours are written at once.
 */
export function writeSlots(
  descriptor: number,
  geometry: PackGeometry,
  filled: readonly FilledSlot[],
): void {
  for (const run of neighbours(filled)) {
    const first = run[0]?.position ?? 0;
    const contents = run.map(({result}) => contentOf(geometry, result));
    const entries = run.map(({position, stamp, result}, index) => {
      const original = result instanceof BadImage ? ([0, 0] as const) : result.original;
      return encodeEntry({stamp, original}, position, contents[index] as Uint8Array);
    });
    writeAll(descriptor, contents, geometry.firstSlot + first * geometry.slotBytes);
    writeAll(descriptor, entries, HEADER_BYTES + first * ENTRY_BYTES);
  }
}

/** Runs of positions that follow each other. */
function neighbours(filled: readonly FilledSlot[]): FilledSlot[][] {
  const runs: FilledSlot[][] = [];
  for (const slot of filled) {
    const run = runs.at(-1);
    if (run?.at(-1)?.position === slot.position - 1) run?.push(slot);
    else runs.push([slot]);
  }
  return runs;
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

/** The system may write less than it is given, and say so. */
function writeAll(descriptor: number, parts: readonly Uint8Array[], position: number): void {
  let written = writevSync(descriptor, parts, position);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (written === length) return;
  const bytes = Buffer.concat(parts);
  while (written < length) {
    written += writeSync(descriptor, bytes, written, length - written, position + written);
  }
}
