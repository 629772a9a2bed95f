import {chmodSync, chownSync, mkdirSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {describe, expect, it} from 'vitest';
import {cacheFolder, cachePath, nativeCache} from '../../src/util/cache-folder.js';

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
    expect(cachePath(env)).toBe(folder);
  });
});

const SOMEBODY_ELSE = 65_534;
const isRoot = process.getuid?.() === 0;

describe.runIf(process.platform === 'linux')('who may write into the cache', () => {
  const cache = (): {folder: string; env: NodeJS.ProcessEnv} => {
    const folder = path.join(temporaryFolder(), 'deep', 'celeba-tui');
    return {folder, env: {CELEBA_TUI_CACHE: folder}};
  };
  const modeOf = (folder: string): number => statSync(folder).mode & 0o777;

  it('makes a folder that nobody else can enter', () => {
    const {folder, env} = cache();
    expect(cacheFolder(env)).toBe(folder);
    expect(modeOf(folder)).toBe(0o700);
  });

  it('closes one that others could read', () => {
    const {folder, env} = cache();
    mkdirSync(folder, {recursive: true, mode: 0o755});
    expect(cacheFolder(env)).toBe(folder);
    expect(modeOf(folder)).toBe(0o700);
  });

  it.each<[string, string, (folder: string) => void]>([
    [
      'a link',
      'it is a link',
      folder => {
        mkdirSync(path.dirname(folder), {recursive: true});
        symlinkSync(temporaryFolder(), folder);
      },
    ],
    [
      'a link that leads nowhere',
      'it is a link',
      folder => {
        mkdirSync(path.dirname(folder), {recursive: true});
        symlinkSync('/nowhere/at/all', folder);
      },
    ],
    [
      'a file',
      'it is not a folder',
      folder => {
        mkdirSync(path.dirname(folder), {recursive: true});
        writeFileSync(folder, '');
      },
    ],
    [
      'a folder that its group can write to',
      'Expected permissions 700; received 770',
      folder => {
        mkdirSync(folder, {recursive: true});
        chmodSync(folder, 0o770);
      },
    ],
  ])('refuses %s', (_what, message, make) => {
    const {folder, env} = cache();
    make(folder);
    expect(() => cacheFolder(env)).toThrow(message);
    expect(nativeCache(env)).toEqual({problem: expect.stringContaining(message) as string});
  });

  it.runIf(isRoot)('refuses a folder of another user', () => {
    const {folder, env} = cache();
    mkdirSync(folder, {recursive: true, mode: 0o700});
    chownSync(folder, SOMEBODY_ELSE, SOMEBODY_ELSE);
    expect(() => cacheFolder(env)).toThrow('it belongs to another user');
    expect(nativeCache(env)).toHaveProperty('problem');
  });

  it('names a folder for native code only below a home or a folder that was named', () => {
    const {folder, env} = cache();
    expect(nativeCache(env)).toEqual({folder});
    expect(nativeCache({})).toEqual({problem: expect.stringContaining('home') as string});
  });

  it('refuses native code behind a link, or that another user put below the cache', () => {
    const {folder, env} = cache();
    mkdirSync(cacheFolder(env), {recursive: true});
    const elsewhere = temporaryFolder();
    symlinkSync(elsewhere, path.join(folder, 'native'));
    expect(nativeCache(env, ['native', 'package'])).toHaveProperty('problem');
    if (!isRoot) return;
    mkdirSync(path.join(folder, 'other', 'package'), {recursive: true});
    chownSync(path.join(folder, 'other', 'package'), SOMEBODY_ELSE, SOMEBODY_ELSE);
    expect(nativeCache(env, ['other', 'package'])).toHaveProperty('problem');
  });
});
