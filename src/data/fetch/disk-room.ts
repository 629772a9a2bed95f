import {readdir, stat} from 'node:fs/promises';
import path from 'node:path';
import {bytes as bytesText} from '../../util/format.js';
import {dataError} from '../layouts/text-file.js';
import type {RepositoryFile} from './repository.js';
import type {Wanted} from './wanted.js';
import {IMAGES} from './fetched-group.js';
import {freeDiskBytes} from '../../util/disk-space.js';

/** Disk space of one of CelebA's images: 7 kB on average, in blocks of 4 kB. */
const IMAGE_BYTES = 9_000;
/** Images in single files take this much more space than in a parquet file. */
const IN_FILES = 1.3;
/** Left free for other programs. */
const SPARE_BYTES = 100_000_000;

/** What is fetched, and where to. */
export type FetchRoom = {
  readonly files: readonly RepositoryFile[];
  readonly wanted: Wanted;
  /** The folder that the data set becomes. */
  readonly target: string;
  /** Free bytes on the disk of a folder; the system's answer where it is left out. */
  readonly freeBytes?: (folder: string) => Promise<number>;
};

/**
 * Checks, before anything is fetched, that the disk has room for it. Images from an earlier start
 * need none.
 *
 * @throws UserError with exit code 3 that names the bytes needed and free.
 */
export async function assertDiskRoom(
  folder: string,
  {files, wanted, target, freeBytes = freeDiskBytes}: FetchRoom,
): Promise<void> {
  const listed = files.reduce((sum, {bytes}) => sum + bytes, 0) * IN_FILES;
  const whole = Math.min(listed, wanted.atLeast * IMAGE_BYTES);
  const images = Math.max(0, whole - (await bytesIn(path.join(folder, IMAGES))));
  const needed = images + largestWhole(files, wanted.isAll) + SPARE_BYTES;
  const free = await freeBytes(folder);
  if (free >= needed) return;
  throw dataError(
    `${target}: fetching needs about ${bytesText(needed)} of disk space. Received ${bytesText(free)} that are free.`,
    'Make room, name a folder on another disk with --data DIR, or fetch less with --count N. What is already fetched is kept.',
  );
}

/** Files with a checksum are fetched whole, one at a time. */
function largestWhole(files: FetchRoom['files'], isAll: boolean): number {
  return isAll
    ? Math.max(0, ...files.map(({bytes, sha256}) => (sha256 === undefined ? 0 : bytes)))
    : 0;
}

async function bytesIn(folder: string): Promise<number> {
  let total = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    total += (await stat(path.join(folder, name)).catch(() => undefined))?.size ?? 0;
  }
  return total;
}
