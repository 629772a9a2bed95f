import {hash} from 'node:crypto';
import {statSync} from 'node:fs';
import path from 'node:path';
import {setImmediate as yieldToOthers} from 'node:timers/promises';
import {placeInFile, type PictureLocation} from './location.js';

/** Numbers that change when a picture's file is replaced, two for each picture. */
export type Stamps = Uint32Array;

/** So many files are asked for without letting anything else run. */
const AT_ONCE = 2000;
const STAT_BYTES = 40;

/**
 * A stamp for each picture, from what the file system knows of its file, without reading it: 64
 * bits of a hash over size, times and place. It holds on this machine only.
 */
export async function stampsOf(
  count: number,
  locate: (index: number) => PictureLocation,
): Promise<Stamps> {
  const stamps = new Uint32Array(count * 2);
  const shared = new Map<string, Buffer>();
  for (let index = 0; index < count; index++) {
    if (index % AT_ONCE === AT_ONCE - 1) await yieldToOthers();
    const location = locate(index);
    const digest = hash('sha1', statBytes(location, shared), 'buffer');
    stamps[index * 2] = digest.readUInt32LE(0);
    stamps[index * 2 + 1] = digest.readUInt32LE(4);
  }
  return stamps;
}

/** Size, times and place as bytes; zeros for a file that is not there. */
function statBytes(location: PictureLocation, shared: Map<string, Buffer>): Buffer {
  if (location.kind === 'file') return fileBytes(location.file);
  let bytes = shared.get(location.file);
  if (bytes === undefined) {
    bytes = fileBytes(location.file);
    shared.set(location.file, bytes);
  }
  const [first, second] = placeInFile(location);
  bytes.writeDoubleLE(first, 24);
  bytes.writeDoubleLE(second, 32);
  return bytes;
}

function fileBytes(file: string): Buffer {
  const bytes = Buffer.alloc(STAT_BYTES);
  try {
    const found = statSync(path.resolve(file), {throwIfNoEntry: false});
    bytes.writeDoubleLE(found?.size ?? -1, 0);
    bytes.writeDoubleLE(found?.mtimeMs ?? 0, 8);
    bytes.writeDoubleLE(found?.ctimeMs ?? 0, 16);
  } catch {
    // Reading it will say what is wrong with it.
    bytes.writeDoubleLE(-2, 0);
  }
  return bytes;
}
