import {chmodSync, mkdirSync, readdirSync, utimesSync, writeFileSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {readOfBuild, writeOfBuild} from '../../src/util/build-cache.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const content = Buffer.from('compiled');

/** Every file of a cache, as the bundle of one build sees it. */
function filesOf(cache: string): string[] {
  return readdirSync(cache, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile())
    .map(entry => path.join(entry.parentPath, entry.name));
}

describe('what a build keeps for its next start', () => {
  beforeAll(() => void Object.assign(globalThis, {CELEBA_TUI_BUILD: 'test'}));
  afterAll(() => void Reflect.deleteProperty(globalThis, 'CELEBA_TUI_BUILD'));

  it('is not read where a byte changed, the file was cut short or is empty', () => {
    const env = {CELEBA_TUI_CACHE: path.join(temporaryFolder(), 'cache')};
    expect(readOfBuild(env, 'code')).toBeUndefined();
    writeOfBuild(env, 'code', content);
    expect(readOfBuild(env, 'code')).toEqual(content);
    const [file = ''] = filesOf(env.CELEBA_TUI_CACHE);
    const whole = readFileSync(file);
    const changed = Buffer.from(whole);
    changed[8] = 0;
    for (const bytes of [changed, whole.subarray(0, 8), whole.subarray(0, 2), Buffer.alloc(0)]) {
      writeFileSync(file, bytes);
      expect(readOfBuild(env, 'code')).toBeUndefined();
    }
  });

  it.skipIf(process.platform === 'win32')(
    'is neither written nor read where other users can write',
    () => {
      const cache = path.join(temporaryFolder(), 'cache');
      writeOfBuild({CELEBA_TUI_CACHE: cache}, 'code', content);
      chmodSync(cache, 0o777);
      expect(readOfBuild({CELEBA_TUI_CACHE: cache}, 'code')).toBeUndefined();
      writeOfBuild({CELEBA_TUI_CACHE: cache}, 'more', content);
      expect(filesOf(cache).map(file => path.basename(file))).toEqual(['code']);
    },
  );

  it('is left out where the folder is a file', () => {
    const cache = path.join(temporaryFolder(), 'cache');
    writeFileSync(cache, '');
    writeOfBuild({CELEBA_TUI_CACHE: cache}, 'code', content);
    expect(readOfBuild({CELEBA_TUI_CACHE: cache}, 'code')).toBeUndefined();
  });

  it('takes the place of that of older builds, of which there are at most seven', () => {
    const cache = path.join(temporaryFolder(), 'cache');
    mkdirSync(cache, {mode: 0o700});
    for (const age of Array.from({length: 12}).keys()) {
      const build = path.join(cache, 'builds', `build-${String(age).padStart(2, '0')}`);
      mkdirSync(build, {recursive: true});
      utimesSync(build, 1000 - age, 1000 - age);
    }
    writeOfBuild({CELEBA_TUI_CACHE: cache}, 'code', content);
    const names = readdirSync(path.join(cache, 'builds')).sort();
    expect(names).toEqual([
      ...['build-00', 'build-01', 'build-02', 'build-03', 'build-04', 'build-05', 'build-06'],
      `test-${process.version}-${process.arch}`,
    ]);
  });
});

it('is nothing for programs that run from their sources', () => {
  const env = {CELEBA_TUI_CACHE: path.join(temporaryFolder(), 'cache')};
  writeOfBuild(env, 'code', content);
  expect(readOfBuild(env, 'code')).toBeUndefined();
});
