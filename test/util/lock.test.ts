import {spawnSync} from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {copyToName, describeHolder, lookAtLock} from '../../src/util/lock-file.js';
import {clearLock, HeldLock, isLocked, tryLock, withLock} from '../../src/util/lock.js';
import {thisProcess} from '../../src/util/process-identity.js';
import {mounted} from '../helpers/small-disk.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const lockFile = (): string => path.join(temporaryFolder(), 'lock');

async function taken(file: string): Promise<HeldLock> {
  const lock = await tryLock(file);
  if (!(lock instanceof HeldLock)) throw new Error(`held by ${describeHolder(lock.holder)}`);
  return lock;
}

/** A holder that this process cannot look up. */
const elsewhere = {pid: 7, start: 'b:1', host: 'lab-3', boot: 'another', namespace: 'pid:[1]'};

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

  it('takes with it what killed processes left beside it, and nothing else', async () => {
    const file = lockFile();
    const lock = await taken(file);
    const leave = (ending: string, text: string, isOld = false): void => {
      writeFileSync(`${file}.${ending}`, text);
      if (isOld) utimesSync(`${file}.${ending}`, 1, 1);
    };
    const gone = JSON.stringify({pid: spawnSync('true').pid});
    leave('0123456789ab', gone);
    leave('0123456789ab.gone', gone);
    leave('00000000000a', '', true);
    leave('00000000000b', '');
    leave('00000000000c', JSON.stringify(thisProcess()), true);
    leave('notes', gone, true);
    await lock.release();
    const left = readdirSync(path.dirname(file)).sort();
    expect(left).toEqual(['lock.00000000000b', 'lock.00000000000c', 'lock.notes']);
  });

  it('leaves nothing on a full disk', async ctx => {
    const folder = temporaryFolder();
    if (!mounted(folder, 'size=16k')) return ctx.skip();
    writeFileSync(path.join(folder, 'full'), Buffer.alloc(16_384));
    await expect(tryLock(path.join(folder, 'lock'))).rejects.toThrow('ENOSPC');
    expect(readdirSync(folder)).toEqual(['full']);
  });

  it('names its holder to who comes second', async () => {
    const file = lockFile();
    const lock = await taken(file);
    const second = await tryLock(file);
    expect(second).toMatchObject({holder: thisProcess(), liveness: 'alive'});
    await lock.release();
    await (await taken(file)).release();
  });

  it('is looked at without being taken', async () => {
    const file = lockFile();
    expect(await isLocked(file)).toBe(false);
    expect(readdirSync(path.dirname(file))).toEqual([]);
    const lock = await taken(file);
    expect(await isLocked(file)).toBe(true);
    await lock.release();
    writeFileSync(file, JSON.stringify({pid: spawnSync('true').pid}));
    expect(await isLocked(file)).toBe(false);
  });

  it.each([
    ['a process that is gone', () => ({pid: spawnSync('true').pid})],
    ['another process that had the same id', () => ({...thisProcess(), start: 'long ago:1'})],
    ['an earlier version and a process that is gone', () => spawnSync('true').pid],
    ['a boot before this one', () => ({...thisProcess(), boot: 'before', machine: 'm'})],
  ])('of %s is taken over', async (whose, holder) => {
    const file = lockFile();
    const {machine} = thisProcess();
    if (whose.startsWith('a boot') && machine === undefined) return;
    writeFileSync(
      file,
      JSON.stringify(holder(), (key, value: unknown) => (key === 'machine' ? machine : value)),
    );
    await (await taken(file)).release();
  });

  it('of a process on another machine or in another container stays until its heartbeat stops', async () => {
    const file = lockFile();
    writeFileSync(file, JSON.stringify(elsewhere));
    expect(await tryLock(file)).toMatchObject({holder: elsewhere, liveness: 'unknown'});
    // Seen to beat: it lives, however often it is asked.
    utimesSync(file, new Date(1000), new Date(1000));
    expect(await lookAtLock(file)).toMatchObject({held: true, liveness: 'alive'});
    expect(await clearLock(file, {force: true})).toMatchObject({pid: 7});
    expect(describeHolder(elsewhere)).toBe('process 7 on lab-3');
  });

  it('of a process that cannot be seen is removed by force, and no other', async () => {
    const file = lockFile();
    writeFileSync(file, JSON.stringify(elsewhere));
    expect(await clearLock(file, {force: true})).toBeUndefined();
    expect(readdirSync(path.dirname(file))).toEqual([]);
    const lock = await taken(file);
    expect(await clearLock(file, {force: true})).toMatchObject(thisProcess());
    await lock.release();
  });

  it('that was taken over is known to be lost, and is not removed by who had it', async () => {
    const file = lockFile();
    const lock = await taken(file);
    writeFileSync(file, JSON.stringify(elsewhere));
    await lock.release();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(elsewhere);
  });

  it('that a kill left empty is taken over once it is old', async () => {
    const file = lockFile();
    writeFileSync(file, '');
    expect(await tryLock(file)).toMatchObject({holder: {pid: 0}});
    const old = new Date(Date.now() - 60_000);
    utimesSync(file, old, old);
    await (await taken(file)).release();
  });

  it.each([
    ['[]', 'null', '{"pid":-1}', '{"pid":1.5}', '{"pid":1,"host":{}}', '\0', '{"pid":1e400}'],
  ])('with nonsense in it is one that names nobody: %s', async (...contents) => {
    for (const content of contents) {
      const file = lockFile();
      writeFileSync(file, content);
      expect(await lookAtLock(file)).toMatchObject({held: true, holder: {pid: 0}});
    }
  });

  it('whose place has something else than a file is refused with what it is', async () => {
    const file = lockFile();
    mkdirSync(file);
    await expect(tryLock(file)).rejects.toThrow('it is a folder, not a file');
    const link = lockFile();
    symlinkSync('/dev/null', link);
    await expect(tryLock(link)).rejects.toThrow('it is a link, not a file');
  });

  it('can be taken where the file system has no links', async () => {
    const file = lockFile();
    writeFileSync(`${file}.draft`, 'content');
    expect(await copyToName(`${file}.draft`, file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('content');
    expect(await copyToName(`${file}.draft`, file)).toBe(false);
  });
});
