import os from 'node:os';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {cacheFolder} from '../../src/util/cache-folder.js';

describe.runIf(process.platform === 'linux')('the cache folder', () => {
  it.each<[string, NodeJS.ProcessEnv, string]>([
    ['is the one that is named', {CELEBA_TUI_CACHE: '/named', HOME: '/home/me'}, '/named'],
    [
      'is in the cache folder of the desktop',
      {XDG_CACHE_HOME: '/x', HOME: '/home/me'},
      '/x/celeba-tui',
    ],
    ['is in the home folder', {HOME: '/home/me'}, '/home/me/.cache/celeba-tui'],
    [
      'takes an empty name for none',
      {CELEBA_TUI_CACHE: '', XDG_CACHE_HOME: '', HOME: '/h'},
      '/h/.cache/celeba-tui',
    ],
    [
      'takes a relative folder for none',
      {XDG_CACHE_HOME: 'here', HOME: '/h'},
      '/h/.cache/celeba-tui',
    ],
    ['is temporary without a home', {}, path.join(os.tmpdir(), `celeba-tui-${process.getuid?.()}`)],
    [
      'is temporary with an empty home',
      {HOME: ''},
      path.join(os.tmpdir(), `celeba-tui-${process.getuid?.()}`),
    ],
  ])('%s', (_what, env, folder) => {
    expect(cacheFolder(env)).toBe(folder);
  });
});
