import os from 'node:os';
import path from 'node:path';
import envPaths from 'env-paths';

/**
 * Where things are kept that can be made again: the native backend, the sample faces, decoded
 * images. `CELEBA_TUI_CACHE` names another place; without a home folder it is the temporary one.
 */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const chosen = env['CELEBA_TUI_CACHE'];
  if (chosen !== undefined && chosen !== '') return path.resolve(chosen);
  if (process.platform === 'linux') {
    const base =
      env['XDG_CACHE_HOME'] ??
      (env['HOME'] === undefined ? os.tmpdir() : path.join(env['HOME'], '.cache'));
    return path.join(base, 'celeba-tui');
  }
  return envPaths('celeba-tui', {suffix: ''}).cache;
}
