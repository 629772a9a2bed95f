import {spawnSync} from 'node:child_process';
import {readdirSync, utimesSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {isLocked, tryLock, withLock} from '../../src/util/lock.js';
import {identityOf, isProcessAlive, thisProcess} from '../../src/util/process-identity.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const lockFile = (): string => path.join(temporaryFolder(), 'lock');

describe('a lock', () => {
  it('is held by one at a time, and leaves nothing behind', async () => {
    const file = lockFile();
    let inside = 0;
    const order: number[] = [];
    await Promise.all(
      [1, 2].map(number =>
        withLock(file, async () => {
          expect(++inside).toBe(1);
          await new Promise(resolve => setTimeout(resolve, 20));
          order.push(number);
          inside--;
        }),
      ),
    );
    expect(order).toHaveLength(2);
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  it('names its holder to who comes second', async () => {
    const file = lockFile();
    const release = await tryLock(file);
    expect(await tryLock(file)).toEqual(thisProcess());
    if (typeof release === 'function') await release();
    expect(typeof (await tryLock(file))).toBe('function');
  });

  it('is looked at without being taken', async () => {
    const file = lockFile();
    expect(await isLocked(file)).toBe(false);
    expect(readdirSync(path.dirname(file))).toEqual([]);
    const release = await tryLock(file);
    expect(await isLocked(file)).toBe(true);
    if (typeof release === 'function') await release();
    writeFileSync(file, JSON.stringify({pid: spawnSync('true').pid}));
    expect(await isLocked(file)).toBe(false);
  });

  it.each([
    ['a process that is gone', () => ({pid: spawnSync('true').pid})],
    ['another process that had the same id', () => ({pid: process.pid, start: 'long ago:1'})],
  ])('of %s is taken over', async (_whose, holder) => {
    const file = lockFile();
    writeFileSync(file, JSON.stringify(holder()));
    expect(typeof (await tryLock(file))).toBe('function');
  });

  it('that a kill left empty is taken over once it is old', async () => {
    const file = lockFile();
    writeFileSync(file, '');
    expect(typeof (await tryLock(file))).toBe('object');
    const old = new Date(Date.now() - 60_000);
    utimesSync(file, old, old);
    expect(typeof (await tryLock(file))).toBe('function');
  });
});

describe('a process', () => {
  it('is known by its id and its beginning', () => {
    expect(isProcessAlive(thisProcess())).toBe(true);
    expect(isProcessAlive({pid: process.pid, start: 'long ago:1'})).toBe(
      process.platform === 'win32',
    );
    expect(isProcessAlive({pid: spawnSync('true').pid})).toBe(false);
    expect(identityOf(process.pid)).toEqual(thisProcess());
  });
});
