import {chmodSync, lstatSync, mkdirSync, type Stats} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {UserError} from './user-error.js';

/** Write permission for the group or for everybody. */
const OTHERS_WRITE = 0o022;
/** Any permission for somebody else. */
const OTHERS = 0o077;
const PRIVATE = 0o700;

/**
 * Where things are kept that can be made again: the native backend, the sample faces, decoded
 * images. `CELEBA_TUI_CACHE` names another place; without a home folder it is in the temporary
 * one, under the user's own number.
 */
export function cachePath(env: NodeJS.ProcessEnv): string {
  const user = userNumber() ?? os.userInfo().username;
  return homeCachePath(env) ?? path.join(os.tmpdir(), `celeba-tui-${user}`);
}

/** undefined where neither a home folder nor a cache folder is named. */
function homeCachePath(env: NodeJS.ProcessEnv): string | undefined {
  const chosen = env['CELEBA_TUI_CACHE'];
  if (chosen !== undefined && chosen !== '') return path.resolve(chosen);
  switch (process.platform) {
    case 'darwin':
      return path.join(os.homedir(), 'Library', 'Caches', 'celeba-tui');
    case 'win32': {
      const local = folderOf(env['LOCALAPPDATA']) ?? path.join(os.homedir(), 'AppData', 'Local');
      return path.join(local, 'celeba-tui', 'Cache');
    }
    default: {
      // An empty or relative one counts as none, as the XDG specification has it. Nobody is asked
      // for the home folder of a user whom the system does not know, as in many containers.
      const base = folderOf(env['XDG_CACHE_HOME']) ?? homeCache(env);
      return base === undefined ? undefined : path.join(base, 'celeba-tui');
    }
  }
}

/**
 * The cache folder, made where it is missing, and closed to everybody else.
 *
 * @throws UserError where another user could have put something into it.
 */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const folder = cachePath(env);
  try {
    mkdirSync(folder, {recursive: true, mode: PRIVATE});
  } catch {
    // Where it can't be made, whoever writes to it says so.
  }
  const problem = folderProblem(folder);
  if (problem !== undefined) {
    throw new UserError(`${problem} The cache is not used.`, {
      hint: 'Remove it, or name another folder with CELEBA_TUI_CACHE.',
    });
  }
  closeToOthers(folder);
  return folder;
}

/** Why native code is not loaded from below the cache, or the folder in which it may lie. */
type NativeCache = {readonly folder: string} | {readonly problem: string};

/**
 * The cache folder as far as native code is concerned: never one in the temporary folder that
 * nobody has named, for its name can be guessed, and whoever makes it first decides what is run.
 *
 * @param below Folders below it, from the outermost, that must be as private.
 */
export function nativeCache(env: NodeJS.ProcessEnv, below: readonly string[] = []): NativeCache {
  const folder = homeCachePath(env);
  if (folder === undefined) {
    return {
      problem:
        'Without a home folder no native code is kept: set HOME, or name a folder with CELEBA_TUI_CACHE.',
    };
  }
  const problem = folderProblem(folder) ?? problemBelow(folder, below);
  return problem === undefined ? {folder} : {problem: `${problem} Nothing is loaded from it.`};
}

/** What is below a folder that only its owner can write to needs no look at its permissions. */
function problemBelow(folder: string, below: readonly string[]): string | undefined {
  let inner = folder;
  for (const name of below) {
    inner = path.join(inner, name);
    const problem = ownerProblem(inner, statOf(inner));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** A sentence, or undefined where the folder is missing or private to this user. */
function folderProblem(folder: string): string | undefined {
  const stats = statOf(folder);
  const problem = ownerProblem(folder, stats);
  if (problem !== undefined || stats === undefined || userNumber() === undefined) return problem;
  if ((stats.mode & OTHERS_WRITE) === 0) return undefined;
  const mode = (stats.mode & 0o777).toString(8);
  return `${folder}: other users can write to it. Expected permissions 700; received ${mode}.`;
}

function ownerProblem(folder: string, stats: Stats | undefined): string | undefined {
  if (stats === undefined) return undefined;
  if (stats.isSymbolicLink()) return `${folder}: it is a link. Expected a folder.`;
  if (!stats.isDirectory()) return `${folder}: it is not a folder.`;
  const user = userNumber();
  // Whoever is root can replace this program, too.
  if (user === undefined || stats.uid === user || stats.uid === 0) return undefined;
  return `${folder}: it belongs to another user. Expected user ${user}; received ${stats.uid}.`;
}

function closeToOthers(folder: string): void {
  const stats = statOf(folder);
  if (stats === undefined || stats.uid !== userNumber() || (stats.mode & OTHERS) === 0) return;
  chmodSync(folder, PRIVATE);
}

function statOf(file: string): Stats | undefined {
  try {
    return lstatSync(file);
  } catch {
    return undefined;
  }
}

/** undefined on Windows, where home folders are private without permissions of this kind. */
function userNumber(): number | undefined {
  return process.getuid?.();
}

function homeCache(env: NodeJS.ProcessEnv): string | undefined {
  const home = folderOf(env['HOME']);
  return home === undefined ? undefined : path.join(home, '.cache');
}

function folderOf(value: string | undefined): string | undefined {
  return value !== undefined && path.isAbsolute(value) ? value : undefined;
}
