import {spawnSync} from 'node:child_process';
import {readdirSync, utimesSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {holdPack, packsInUse} from '../../src/data/cache/pack-use.js';
import {thisProcess} from '../../src/util/process-identity.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

/** A pack with a mark of this content, as old as this. */
function marked(content: string, ageMs = 0): {folder: string; pack: string} {
  const folder = temporaryFolder();
  const mark = path.join(folder, `a.pack.${process.pid}-0a.using`);
  writeFileSync(mark, content);
  const at = new Date(Date.now() - ageMs);
  utimesSync(mark, at, at);
  return {folder, pack: path.join(folder, 'a.pack')};
}
const elsewhere = JSON.stringify({...thisProcess(), namespace: 'pid:[1]'});
const HOUR_MS = 3_600_000;

describe('a cached pack', () => {
  it('is in use while a process holds it, and leaves nothing behind', async () => {
    const folder = temporaryFolder();
    const pack = path.join(folder, 'a.pack');
    const release = await holdPack(pack);
    expect([...(await packsInUse(folder))]).toEqual([pack]);
    await release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.runIf(process.platform === 'linux').each([
    [
      'a later process has the id of its user',
      () => JSON.stringify({...thisProcess(), start: 'b:1'}),
      0,
    ],
    ['its user is gone', () => JSON.stringify({...thisProcess(), pid: spawnSync('true').pid}), 0],
    ['its user cannot be seen and has not renewed its mark', () => elsewhere, 2 * HOUR_MS],
    ['its mark is of an earlier version and old', () => '', 2 * HOUR_MS],
  ])('is in use no longer where %s', async (_what, content, ageMs) => {
    const {folder} = marked(content(), ageMs);
    expect([...(await packsInUse(folder))]).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('counts as in use where another container renews its mark', async () => {
    const {folder, pack} = marked(elsewhere);
    expect([...(await packsInUse(folder))]).toEqual([pack]);
  });
});
