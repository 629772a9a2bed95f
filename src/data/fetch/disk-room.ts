import {readdir, stat, statfs} from 'node:fs/promises';
import path from 'node:path';
import {bytes as bytesText} from '../../util/format.js';
import {dataError} from '../layouts/text-file.js';
import type {FetchOptions} from './fetch-data.js';
import {PICTURES} from './fetched-group.js';

/** What one of CelebA's pictures, 7 kB on average, takes of a disk that gives blocks of 4 kB. */
const PICTURE_BYTES = 9_000;
/** Pictures in files of their own take so much more than together in a parquet file. */
const IN_FILES = 1.3;
/** Left free for whatever else is written there. */
const SPARE_BYTES = 100_000_000;

/**
 * Looks, before anything is fetched, whether the disk has room for it; for what is there already
 * from an earlier start, none is needed.
 *
 * @throws UserError with exit code 3 that names the bytes needed and free.
 */
export async function refuseFullDisk(
  folder: string,
  {files, wanted, target, freeBytes = freeOf}: FetchOptions,
): Promise<void> {
  const listed = files.reduce((sum, {bytes}) => sum + bytes, 0) * IN_FILES;
  const whole = Math.min(listed, wanted.atLeast * PICTURE_BYTES);
  const pictures = Math.max(0, whole - (await bytesIn(path.join(folder, PICTURES))));
  const needed = pictures + largestWhole(files, wanted.isAll) + SPARE_BYTES;
  const free = await freeBytes(folder);
  if (free >= needed) return;
  throw dataError(
    `${target}: fetching needs about ${bytesText(needed)} on the disk. Received ${bytesText(free)} that are free.`,
    'Make room, name a folder on another disk with --data DIR, or fetch less with --count N. What was fetched before is kept.',
  );
}

/** One file at a time is fetched as a whole, where its checksum is to be compared. */
function largestWhole(files: FetchOptions['files'], isAll: boolean): number {
  return isAll
    ? Math.max(0, ...files.map(({bytes, sha256}) => (sha256 === undefined ? 0 : bytes)))
    : 0;
}

async function freeOf(folder: string): Promise<number> {
  const {bavail, bsize} = await statfs(folder);
  return bavail * bsize;
}

async function bytesIn(folder: string): Promise<number> {
  let total = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    total += (await stat(path.join(folder, name)).catch(() => undefined))?.size ?? 0;
  }
  return total;
}
