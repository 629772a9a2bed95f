import os from 'node:os';
import path from 'node:path';
import envPaths from 'env-paths';

/**
 * Where things are kept that can be made again: the native backend, the sample faces, decoded
 * images. `CELEBA_TUI_CACHE` names another place; without a home folder it is
 * in the temporary one, under the user's own number: native code is loaded from it.
 */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const chosen = env['CELEBA_TUI_CACHE'];
  if (chosen !== undefined && chosen !== '') return path.resolve(chosen);
  if (process.platform === 'linux') {
    // An empty or relative one counts as none, as the XDG specification has it.
    const base = folderOf(env['XDG_CACHE_HOME']) ?? homeCache(env);
    return base === undefined ? temporaryCache() : path.join(base, 'celeba-tui');
  }
  return envPaths('celeba-tui', {suffix: ''}).cache;
}

function temporaryCache(): string {
  return path.join(os.tmpdir(), `celeba-tui-${process.getuid?.() ?? os.userInfo().username}`);
}

function homeCache(env: NodeJS.ProcessEnv): string | undefined {
  const home = folderOf(env['HOME']);
  return home === undefined ? undefined : path.join(home, '.cache');
}

function folderOf(value: string | undefined): string | undefined {
  return value !== undefined && path.isAbsolute(value) ? value : undefined;
}
