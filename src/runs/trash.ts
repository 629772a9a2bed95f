import {readdir, rename, rm} from 'node:fs/promises';
import path from 'node:path';
import {messageOf, UserError} from '../util/user-error.js';
import {stamp} from './create-run.js';
import {findById, RunFolder} from './run-folder.js';
import {assertNotTrained} from './run-holder.js';
import {readRun} from './run-record.js';
import {isEnded, statusText} from './status.js';
import {isDiskFull} from '../util/machine.js';
import {entryAt, makePlainFolder, NotPlain} from '../util/safe-file.js';
import {systemFault} from '../util/system-fault.js';

/** How long a deleted run can be restored, in days. */
export const TRASH_DAYS = 30;

const DAY_MS = 86_400_000;
const FOLDER = '.trash';
/** `20261127-143205.20261126-101500-quick-3f2a`: when it was deleted, in UTC, and its id. */
const TRASHED_NAME = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)\.(.+)$/;

export type TrashedRun = {
  readonly id: string;
  readonly deleted: Date;
  /** Path of its folder in the trash. */
  readonly path: string;
};

export function trashFolder(runs: string): string {
  return path.join(runs, FOLDER);
}

/** When a deleted run is removed permanently. */
export function keptUntil({deleted}: TrashedRun): Date {
  return new Date(deleted.getTime() + TRASH_DAYS * DAY_MS);
}

/**
 * Moves a run into the trash beside it by renaming its folder: nothing in it is read, copied or
 * followed, and its size does not matter.
 *
 * @param now Milliseconds since 1970.
 * @throws UserError where a trainer works on the run, or where the folder cannot be moved.
 */
export async function moveToTrash({path: folder, id}: RunFolder, now: number): Promise<TrashedRun> {
  const runs = path.dirname(folder);
  const deleted = new Date(now);
  const target = path.join(trashFolder(runs), `${stamp(deleted)}.${id}`);
  // Somebody may have resumed it meanwhile.
  const {status} = await readRun(new RunFolder(folder));
  if (!isEnded(status)) {
    throw new UserError(`${id} was not deleted: it is ${statusText(status)}.`, {
      hint: 'Stop it first.',
    });
  }
  await assertNotTrained(new RunFolder(folder));
  try {
    await makePlainFolder(trashFolder(runs)).catch(nameTrash(runs));
    if (!(await isFolder(folder))) throw new Error('it is not a folder');
    await rename(folder, target);
  } catch (error) {
    throw new UserError(`${id} was not deleted: ${reasonOf(error)}`, {
      hint: hintOf(error, runs),
      exitCode: 1,
      cause: error,
    });
  }
  return {id, deleted, path: target};
}

/** Lists the runs in the trash, the last deleted first; none where there is no trash. */
export async function listTrash(runs: string): Promise<TrashedRun[]> {
  const trash = trashFolder(runs);
  if (!(await isFolder(trash))) return [];
  const entries = await readdir(trash, {withFileTypes: true});
  return entries
    .flatMap(entry => (entry.isDirectory() ? trashedRun(trash, entry.name) : []))
    .sort((a, b) => b.path.localeCompare(a.path));
}

/**
 * Moves a run back to where it was.
 *
 * @throws UserError where a run of the same name exists, or the folder cannot be moved.
 */
export async function restoreRun(runs: string, trashed: TrashedRun): Promise<RunFolder> {
  const folder = new RunFolder(path.join(runs, trashed.id));
  if ((await entryAt(folder.path)) !== undefined) {
    throw new UserError(`${trashed.id} was not restored: ${folder.path} exists already.`, {
      hint: 'Rename or delete that run first.',
    });
  }
  try {
    if (!(await isFolder(trashFolder(runs)))) throw new Error(`${FOLDER} is not a folder`);
    await rename(trashed.path, folder.path);
  } catch (error) {
    throw new UserError(
      `${trashed.id} was not restored and stays in the trash: ${reasonOf(error)}`,
      {hint: `It is in ${trashed.path}.`, exitCode: 1, cause: error},
    );
  }
  return folder;
}

/**
 * Finds the named runs in the trash, each once, by an id or the beginning of one. Of a run that was
 * deleted twice it finds the later.
 *
 * @throws UserError where a name fits no run, or several.
 */
export async function findInTrash(names: readonly string[], runs: string): Promise<TrashedRun[]> {
  const all = await listTrash(runs);
  const named = names.map(name => {
    const trashed = findById(path.basename(name), all, ({id}) => id);
    if (trashed !== undefined) return trashed;
    throw new UserError(
      `${name}: no such run in the trash of ${runs}. Expected the id of a deleted run or the beginning of one.`,
      {hint: 'celeba-tui runs --trash lists them.'},
    );
  });
  return [...new Map(named.map(trashed => [trashed.path, trashed])).values()];
}

/**
 * Removes runs from the trash permanently. Links in them are removed, not followed; entries without
 * the name of a deleted run stay.
 *
 * @param before Only runs that were deleted before, in milliseconds since 1970; all when left out.
 * @returns The removed runs.
 * @throws UserError where one cannot be removed; the ones before it are removed.
 */
export async function emptyTrash(runs: string, before?: number): Promise<TrashedRun[]> {
  const old = (await listTrash(runs)).filter(
    ({deleted}) => before === undefined || deleted.getTime() < before,
  );
  for (const [count, {id, path: folder}] of old.entries()) {
    try {
      // Another program may empty it at the same time.
      await rm(folder, {recursive: true, force: true});
    } catch (error) {
      throw new UserError(`${id} stays in the trash: ${reasonOf(error)}`, {
        hint: `${count} of ${old.length} deleted runs are removed. This one is in ${folder}.`,
        exitCode: 1,
        cause: error,
      });
    }
  }
  return old;
}

/** Removes the runs whose time in the trash is over. @param now Milliseconds since 1970. */
export function emptyOldTrash(runs: string, now: number): Promise<TrashedRun[]> {
  return emptyTrash(runs, now - TRASH_DAYS * DAY_MS);
}

/** A link to a folder does not count. */
async function isFolder(file: string): Promise<boolean> {
  return (await entryAt(file))?.isDirectory() ?? false;
}

/** `.trash: it is a link, not a folder`; other errors name their file already. */
function nameTrash(runs: string): (error: unknown) => never {
  return error => {
    throw error instanceof NotPlain ? new Error(`${trashFolder(runs)}: ${error.message}`) : error;
  };
}

function trashedRun(trash: string, name: string): TrashedRun[] {
  const [, year, month, day, hour, minute, second, id] = TRASHED_NAME.exec(name) ?? [];
  if (id === undefined) return [];
  const deleted = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(deleted.getTime()) ? [] : [{id, deleted, path: path.join(trash, name)}];
}

/** Reasons that are specific to moving a folder. */
const reasons: Readonly<Record<string, string>> = {
  EPERM: 'the folder is not writable',
  EXDEV: 'it is on another disk than the trash',
  ENOENT: 'it no longer exists',
};

function reasonOf(error: unknown): string {
  const {code = ''} = error as NodeJS.ErrnoException;
  const reason = reasons[code] ?? systemFault(error)?.what;
  return reason === undefined ? messageOf(error) : `${reason} (${code})`;
}

function hintOf(error: unknown, runs: string): string {
  return isDiskFull(error)
    ? 'To free space: celeba-tui runs --empty-trash, or remove folders by hand.'
    : `Deleted runs are moved to ${trashFolder(runs)}: make it writable, or remove the folder by hand.`;
}
