import {chmodSync, lstatSync, type Stats} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {makeFolders} from './safe-file.js';
import {UserError} from './user-error.js';

/** Write permission for the group or for all users. */
const OTHERS_WRITE = 0o022;
/** Any permission for other users. */
const OTHERS = 0o077;
const PRIVATE = 0o700;

/**
 * Path of the cache: the native backend, the sample faces, decoded images. `CELEBA_TUI_CACHE`
 * overrides it; without a home folder it is in the temporary folder, named after the user's id.
 */
export function cachePath(env: NodeJS.ProcessEnv): string {
  const user = userNumber() ?? os.userInfo().username;
  return homeCachePath(env) ?? path.join(os.tmpdir(), `celeba-tui-${user}`);
}

/** undefined where the environment names neither a home folder nor a cache folder. */
function homeCachePath(env: NodeJS.ProcessEnv): string | undefined {
  const chosen = env['CELEBA_TUI_CACHE'];
  if (chosen !== undefined && chosen !== '') return path.resolve(chosen);
  const absolute = (value = ''): string | undefined => (path.isAbsolute(value) ? value : undefined);
  switch (process.platform) {
    case 'darwin':
      return path.join(os.homedir(), 'Library', 'Caches', 'celeba-tui');
    case 'win32': {
      const local = absolute(env['LOCALAPPDATA']) ?? path.join(os.homedir(), 'AppData', 'Local');
      return path.join(local, 'celeba-tui', 'Cache');
    }
    default: {
      // By the XDG specification, an empty or relative path counts as none. os.homedir() throws for
      // users without an entry in the system, as in many containers.
      const home = absolute(env['HOME']);
      const base = absolute(env['XDG_CACHE_HOME']) ?? (home && path.join(home, '.cache'));
      return base && path.join(base, 'celeba-tui');
    }
  }
}

/**
 * The cache folder. Creates it, and removes the permissions of other users.
 *
 * @throws UserError where another user may have written to it.
 */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const folder = cachePath(env);
  try {
    makeFolders(folder, PRIVATE);
  } catch {
    // Writing to it will fail with the reason.
  }
  const problem = folderProblem(folder);
  if (problem !== undefined) {
    throw new UserError(`${problem} celeba-tui does not use it as its cache.`, {
      hint: 'Remove it, or name another folder with CELEBA_TUI_CACHE.',
    });
  }
  const stats = statOf(folder);
  if (stats?.uid === userNumber() && ((stats?.mode ?? 0) & OTHERS) !== 0)
    chmodSync(folder, PRIVATE);
  return folder;
}

/**
 * The cache folder for native code. The default in the temporary folder does not qualify: another user
 * could guess its name, create it first and so decide what code runs.
 *
 * @param below Folders below it, from the outermost, which must be equally private.
 */
export function nativeCache(
  env: NodeJS.ProcessEnv,
  below: readonly string[] = [],
): {readonly folder: string} | {readonly problem: string} {
  const folder = homeCachePath(env);
  if (folder === undefined) {
    return {
      problem:
        'Without a home folder there is no place for native code. Set HOME, or name a folder with CELEBA_TUI_CACHE.',
    };
  }
  const problem = folderProblem(folder) ?? problemBelow(folder, below);
  return problem === undefined
    ? {folder}
    : {problem: `${problem} celeba-tui loads nothing from it.`};
}

/** Checks owners only: below a private folder, permissions do not matter. */
function problemBelow(folder: string, below: readonly string[]): string | undefined {
  const inner = below.map((_, index) => path.join(folder, ...below.slice(0, index + 1)));
  return inner.map(place => ownerProblem(place, statOf(place))).find(Boolean);
}

/** A sentence; undefined where the folder is missing or private to this user. */
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
  // Root could replace this program as well.
  if (user === undefined || stats.uid === user || stats.uid === 0) return undefined;
  return `${folder}: it belongs to another user. Expected user ${user}; received ${stats.uid}.`;
}

function statOf(file: string): Stats | undefined {
  try {
    return lstatSync(file);
  } catch {
    return undefined;
  }
}

/** undefined on Windows, whose home folders are private without such permissions. */
function userNumber(): number | undefined {
  return process.getuid?.();
}
