import {existsSync, readdirSync} from 'node:fs';
import {mkdir, readFile, rename, rm, rmdir} from 'node:fs/promises';
import path from 'node:path';
import {withLock} from '../../util/lock.js';
import {UserError} from '../../util/user-error.js';
import {writeAtomic} from '../../util/write-atomic.js';
import {partitions} from '../catalogue.js';
import type {Part} from '../layouts/shards.js';
import {dataError} from '../layouts/text-file.js';
import {readFooter} from '../parquet/open-parquet.js';
import {refuseFullDisk} from './disk-room.js';
import {fetchGroup, readGroupFile, type FetchedGroup} from './fetched-group.js';
import type {HttpOptions} from './http.js';
import {openRemoteFile} from './remote-file.js';
import {fileUrl, type Repository, type RepositoryFile} from './repository.js';
import {writeLabelFiles} from './write-label-files.js';

/** How much of each part is wanted. */
export type Wanted = {
  readonly parts: readonly Part[];
  /** Pictures in all, as far as can be said before anything is fetched; Infinity for all there are. */
  readonly atLeast: number;
  /** Says after each row group of a part whether it is enough, and how many rows of the next at most. */
  readonly more: (part: Part, fetched: readonly FetchedGroup[]) => number;
};

export type FetchOptions = HttpOptions & {
  readonly repository: Repository;
  readonly files: readonly RepositoryFile[];
  readonly wanted: Wanted;
  /** The folder that is made. */
  readonly target: string;
  /** Pictures so far. */
  readonly onProgress: (pictures: number) => void;
  /** Of the disk of a folder; asked of the system where it is left out. */
  readonly freeBytes?: (folder: string) => Promise<number>;
};

const GROUPS = 'groups';
const PLAN = 'plan.json';

/** @throws UserError where the folder is there and has something in it. */
export function refuseFilled(target: string): void {
  if (!existsSync(target)) return;
  if (readdirSync(target).length === 0) return;
  throw new UserError(`${target}: something is there already.`, {
    hint: 'Name another folder with --data DIR, or look at it with celeba-tui data info.',
  });
}

/**
 * Fetches pictures and labels, row group by row group, into the official layout. The folder
 * appears whole or not at all; what was fetched before a failure is not fetched again.
 *
 * @returns Pictures of each part.
 * @throws  UserError with exit code 3 where the server does not give them.
 */
export async function fetchData(options: FetchOptions): Promise<Record<Part, number>> {
  const {target} = options;
  const folder = `${path.resolve(target)}.fetching`;
  await mkdir(folder, {recursive: true});
  return withLock(`${folder}.lock`, () => fetchInto(folder, options).catch(nameFullDisk(target)));
}

/** Another program may fill the disk meanwhile. */
function nameFullDisk(target: string): (error: unknown) => never {
  return error => {
    const {code} = error as NodeJS.ErrnoException;
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
    throw dataError(
      `${target}: the disk became full (${code}).`,
      'What was fetched is kept: make room, and start again.',
      error,
    );
  };
}

async function fetchInto(folder: string, options: FetchOptions): Promise<Record<Part, number>> {
  const {target} = options;
  refuseFilled(target);
  await startOrResume(folder, options);
  await refuseFullDisk(folder, options);
  const groups = await fetchParts(folder, options);
  await writeLabelFiles(folder, groups);
  await rm(path.join(folder, GROUPS), {recursive: true});
  await rm(path.join(folder, PLAN));
  if (existsSync(target)) await rmdir(target);
  await rename(folder, target);
  const count = (part: Part): number =>
    groups.reduce((sum, one) => sum + (one.part === part ? one.names.length : 0), 0);
  return {train: count('train'), validation: count('validation'), test: count('test')};
}

/** Groups of another server or of files that have changed since are of no use. */
async function startOrResume(folder: string, {repository, files}: FetchOptions): Promise<void> {
  const plan = JSON.stringify({repository, files});
  const before = await readFile(path.join(folder, PLAN), 'utf8').catch(() => '');
  if (before !== plan) {
    await rm(folder, {recursive: true});
    await mkdir(folder, {recursive: true});
    await writeAtomic(path.join(folder, PLAN), plan);
  }
  await mkdir(path.join(folder, GROUPS), {recursive: true});
}

async function fetchParts(folder: string, options: FetchOptions): Promise<FetchedGroup[]> {
  const all: FetchedGroup[] = [];
  for (const part of Object.keys(partitions) as Part[]) {
    if (!options.wanted.parts.includes(part)) continue;
    const before = all.length;
    for (const [index, file] of options.files.entries()) {
      if (file.part !== part) continue;
      const of = (): FetchedGroup[] => all.slice(before);
      const rest = (): number => options.wanted.more(part, of());
      if (rest() <= 0) break;
      await fetchFile(folder, index, options, rest, group => {
        all.push(group);
        options.onProgress(all.reduce((sum, {names}) => sum + names.length, 0));
        return of();
      });
    }
  }
  return all;
}

/** The row groups of one file, as many as are wanted. */
async function fetchFile(
  folder: string,
  index: number,
  options: FetchOptions,
  rest: () => number,
  add: (group: FetchedGroup) => FetchedGroup[],
): Promise<void> {
  const {path: name, bytes, part} = options.files[index] as RepositoryFile;
  const url = fileUrl(options.repository, name);
  const remote = openRemoteFile(url, bytes, path.join(folder, GROUPS, `${index}.whole`), options);
  try {
    const metadata = await readFooter(remote, url);
    let before = 0;
    for (const [group, {num_rows: count}] of metadata.row_groups.entries()) {
      const rows = Math.min(rest(), Number(count));
      if (rows <= 0) return;
      const file = path.join(folder, GROUPS, `${index}-${group}.json`);
      const known = await readGroupFile(file);
      const place = {url, part, group, rows, before, folder, file};
      const isEnough = known?.names.length === rows;
      const fetched = isEnough ? known : await fetchGroup(remote, metadata, place);
      options.signal.throwIfAborted();
      before = add(fetched).reduce((sum, {names}) => sum + names.length, 0);
    }
  } finally {
    await remote.close();
  }
}
