import {hash} from 'node:crypto';
import {stat, statSync, type Stats} from 'node:fs';
import {setImmediate as yieldToOthers} from 'node:timers/promises';
import {fsPath} from '../../util/raw-names.js';
import {placeInFile, type ImageLocation} from './location.js';

/**
 * Two numbers that change when an image's file is replaced or written to: 64 bits of a hash over
 * what the file system knows of the file (size, times) and the image's place in it. Nothing is
 * read for it. It holds on this machine only.
 */
export type Stamp = readonly [number, number];

type Times = Pick<Stats, 'size' | 'mtimeMs' | 'ctimeMs'>;
const MISSING: Times = {size: -1, mtimeMs: 0, ctimeMs: 0};
/** Reading it will say what is wrong with it. */
const UNKNOWN: Times = {size: -2, mtimeMs: 0, ctimeMs: 0};

/** So many files are asked for without letting anything else run. */
const AT_ONCE = 2000;
const STAMPED_BYTES = 40;

/** Stamps of some images, now. */
export function stampsNow(locations: readonly ImageLocation[]): Stamp[] {
  const shared = new Map<string, Times>();
  return locations.map(location => {
    const times = shared.get(location.file) ?? timesNow(location.file);
    if (location.kind !== 'file') shared.set(location.file, times);
    return stampOf(location, times);
  });
}

/** The same for many, letting others run between them. */
export async function stampsOf(
  count: number,
  locate: (index: number) => ImageLocation,
): Promise<Uint32Array> {
  const stamps = new Uint32Array(count * 2);
  for (let start = 0; start < count; start += AT_ONCE) {
    const some = Math.min(AT_ONCE, count - start);
    const part = stampsNow(Array.from({length: some}, (_, index) => locate(start + index)));
    part.forEach((stamp, index) => stamps.set(stamp, (start + index) * 2));
    await yieldToOthers();
  }
  return stamps;
}

/** The same without holding anything back while the file system answers. */
export async function stampsMeanwhile(locations: readonly ImageLocation[]): Promise<Stamp[]> {
  const shared = new Map<string, Promise<Times>>();
  return Promise.all(
    locations.map(async location => {
      const times = shared.get(location.file) ?? timesLater(location.file);
      if (location.kind !== 'file') shared.set(location.file, times);
      return stampOf(location, await times);
    }),
  );
}

function stampOf(location: ImageLocation, {size, mtimeMs, ctimeMs}: Times): Stamp {
  const bytes = Buffer.alloc(STAMPED_BYTES);
  const [first, second] = placeInFile(location);
  [size, mtimeMs, ctimeMs, first, second].forEach((value, at) =>
    bytes.writeDoubleLE(value, at * 8),
  );
  const digest = hash('sha1', bytes, 'buffer');
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
}

function timesNow(file: string): Times {
  try {
    return statSync(fsPath(file), {throwIfNoEntry: false}) ?? MISSING;
  } catch {
    return UNKNOWN;
  }
}

function timesLater(file: string): Promise<Times> {
  return new Promise(resolve => {
    stat(fsPath(file), (error, found) => {
      if (error === null) return resolve(found);
      resolve(error.code === 'ENOENT' || error.code === 'ENOTDIR' ? MISSING : UNKNOWN);
    });
  });
}
