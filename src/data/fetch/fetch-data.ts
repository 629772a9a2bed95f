import {existsSync, readdirSync, statSync} from 'node:fs';
import {lstat, readdir, rename, rmdir, stat} from 'node:fs/promises';
import path from 'node:path';
import {freeDiskBytes, isDiskFull} from '../../util/machine.js';
import {bytes as bytesText} from '../../util/format.js';
import {withLock} from '../../util/lock.js';
import {readFileWithin, makeFolders} from '../../util/safe-file.js';
import {messageOf, UserError} from '../../util/user-error.js';
import {partitions} from '../catalogue.js';
import type {Part} from '../../experiment/parts.js';
import {dataError} from '../layouts/text-file.js';
import {readFooter} from '../parquet/open-parquet.js';
import {type FetchedGroup, fetchGroup, IMAGES, readGroupFile} from './fetched-group.js';
import {
  GROUPS,
  openFetchingFolder,
  realTarget,
  unmarkFolder,
  writeLabelFiles,
} from './fetching-folder.js';
import type {HttpOptions} from './http.js';
import {openRemoteFile} from './remote-file.js';
import {fileUrl, type Repository, type RepositoryFile} from './repository.js';
import {imageCount, type Wanted} from './wanted.js';
import {sum} from '../../util/sum.js';

type FetchOptions = HttpOptions & {
  readonly repository: Repository;
  readonly files: readonly RepositoryFile[];
  readonly wanted: Wanted;
  /** The folder that the data set becomes. */
  readonly target: string;
  /** Free bytes on the disk of a folder; the system's answer where it is left out. */
  readonly freeBytes?: (folder: string) => Promise<number>;
  /** Called with the number of images so far. */
  readonly onProgress: (images: number) => void;
};

const MAX_LOCK_BYTES = 10_000;

/** @throws UserError where the folder is there and has something in it. */
export function assertEmptyTarget(target: string): void {
  if (!existsSync(target)) return;
  if (statSync(target).isDirectory() && readdirSync(target).length === 0) return;
  throw new UserError(`${target} already exists.`, {
    hint: 'Name another folder with --data DIR, or look at it with celeba-tui data info.',
  });
}

/**
 * Fetches images and labels, row group by row group, into the official layout. The folder appears
 * whole or not at all; after a failure, the next start continues where this one stopped.
 *
 * @returns The number of images of each part.
 * @throws  UserError with exit code 3 where the server does not give them.
 */
export async function fetchData(options: FetchOptions): Promise<Record<Part, number>> {
  const target = await realTarget(options.target);
  const folder = `${target}.fetching`;
  makeParent(folder);
  await assertOwnLock(`${folder}.lock`);
  const {signal} = options;
  let hasBegun = false;
  const work = withLock(`${folder}.lock`, () => {
    hasBegun = true;
    signal.throwIfAborted();
    return fetchInto(folder, {...options, target});
  });
  // Another program may fetch the same for hours; the wait for it can be interrupted.
  const interrupted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => hasBegun || reject(signal.reason as Error));
  });
  return Promise.race([work, interrupted]).catch((error: unknown) => {
    // Another program may fill the disk meanwhile.
    if (!isDiskFull(error)) throw error;
    throw dataError(
      `${target}: the disk became full (${(error as NodeJS.ErrnoException).code}).`,
      'What is already fetched is kept: make room, and start again.',
      error,
    );
  });
}

/** @throws UserError where the folder's parents cannot be made. */
function makeParent(folder: string): void {
  try {
    makeFolders(path.dirname(folder));
  } catch (error) {
    throw new UserError(`${folder}: it cannot be made: ${messageOf(error)}.`, {
      hint: 'Name another folder with --data DIR.',
      cause: error,
    });
  }
}

/** A lock file names its holder. A file with other content belongs to the user. */
async function assertOwnLock(file: string): Promise<void> {
  const stats = await lstat(file).catch(() => undefined);
  if (stats === undefined) return;
  const text = await readFileWithin(file, MAX_LOCK_BYTES).catch(() => '');
  if (stats.isFile() && /^(\d+|\{"pid".*\})?\s*$/s.test(text.toString())) return;
  throw new UserError(`${file}: it is not a lock of celeba-tui data fetch.`, {
    hint: 'Move it away, or name another folder with --data DIR.',
  });
}

async function fetchInto(folder: string, options: FetchOptions): Promise<Record<Part, number>> {
  const {target, repository, files} = options;
  assertEmptyTarget(target);
  await openFetchingFolder(folder, JSON.stringify({repository, files}));
  await assertDiskRoom(folder, options);
  const groups: FetchedGroup[] = [];
  for (const part of Object.keys(partitions) as Part[]) {
    if (options.wanted.parts.includes(part)) await fetchPart(folder, part, groups, options);
  }
  await writeLabelFiles(folder, groups);
  await unmarkFolder(folder);
  if (existsSync(target)) await rmdir(target);
  await rename(folder, target);
  const count = (part: Part): number => imageCount(groups.filter(group => group.part === part));
  return {train: count('train'), validation: count('validation'), test: count('test')};
}

/** Adds the row groups of a part, as many as are wanted. */
async function fetchPart(
  folder: string,
  part: Part,
  groups: FetchedGroup[],
  options: FetchOptions,
): Promise<void> {
  const ofPart = (): FetchedGroup[] => groups.filter(group => group.part === part);
  for (const [index, file] of options.files.entries()) {
    if (file.part !== part || options.wanted.more(part, ofPart()) <= 0) continue;
    for await (const group of groupsOf(folder, index, ofPart, options)) {
      groups.push(group);
      options.onProgress(imageCount(groups));
    }
  }
}

/** @param ofPart The groups of this part so far. */
async function* groupsOf(
  folder: string,
  index: number,
  ofPart: () => readonly FetchedGroup[],
  {repository, files, wanted, ...http}: FetchOptions,
): AsyncGenerator<FetchedGroup, void> {
  const {path: name, bytes, sha256, part} = files[index] as RepositoryFile;
  const url = fileUrl(repository, name);
  const temporary = path.join(folder, GROUPS, `${index}.whole`);
  const remote = openRemoteFile({url, byteLength: bytes, sha256, temporary}, http);
  let isDone = false;
  try {
    const metadata = await readFooter(remote, url);
    const groupFile = (number: number): string =>
      path.join(folder, GROUPS, `${index}-${number}.json`);
    const isMissing = metadata.row_groups.some((_, number) => !existsSync(groupFile(number)));
    // A checksum covers the whole file: it cannot check some of its rows.
    if (wanted.isAll && sha256 !== undefined && isMissing) await remote.fetchWhole();
    for (const [number, group] of metadata.row_groups.entries()) {
      const rows = Math.min(wanted.more(part, ofPart()), Number(group.num_rows));
      if (rows <= 0) break;
      const file = groupFile(number);
      const earlier = await readGroupFile(file);
      const place = {url, part, group, rows, before: imageCount(ofPart()), folder, file};
      const isEnough = earlier?.names.length === rows;
      const fetched = isEnough ? earlier : await fetchGroup(remote, metadata, place);
      http.signal.throwIfAborted();
      yield fetched;
    }
    isDone = true;
  } finally {
    await remote.close(!isDone);
  }
}

/** Disk space of one of CelebA's images: 7 kB on average, in blocks of 4 kB. */
const IMAGE_BYTES = 9_000;
/** Images in single files take this much more space than in a parquet file. */
const IN_FILES = 1.3;
/** Left free for other programs. */
const SPARE_BYTES = 100_000_000;

/**
 * Checks, before anything is fetched, that the disk has room for it. Images from an earlier start
 * need none.
 *
 * @throws UserError with exit code 3 that names the bytes needed and free.
 */
async function assertDiskRoom(
  folder: string,
  {files, wanted, target, freeBytes = freeDiskBytes}: FetchOptions,
): Promise<void> {
  const listed = sum(files.map(({bytes}) => bytes)) * IN_FILES;
  const all = Math.min(listed, wanted.atLeast * IMAGE_BYTES);
  const images = Math.max(0, all - (await bytesIn(path.join(folder, IMAGES))));
  // Files with a checksum are fetched whole, one at a time.
  const whole = files.map(({bytes, sha256}) => (wanted.isAll && sha256 !== undefined ? bytes : 0));
  const needed = images + Math.max(0, ...whole) + SPARE_BYTES;
  const free = await freeBytes(folder);
  if (free >= needed) return;
  throw dataError(
    `${target}: fetching needs about ${bytesText(needed)} of disk space. Received ${bytesText(free)} that are free.`,
    'Make room, name a folder on another disk with --data DIR, or fetch less with --count N. What is already fetched is kept.',
  );
}

async function bytesIn(folder: string): Promise<number> {
  let total = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    total += (await stat(path.join(folder, name)).catch(() => undefined))?.size ?? 0;
  }
  return total;
}
