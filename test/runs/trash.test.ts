import {execFileSync} from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import {findRuns} from '../../src/app/find-runs.js';
import type {RunFolder} from '../../src/runs/run-folder.js';
import {listRuns} from '../../src/runs/run-record.js';
import {
  emptyOldTrash,
  emptyTrash,
  findInTrash,
  listTrash,
  moveToTrash,
  restoreRun,
  trashFolder,
} from '../../src/runs/trash.js';
import {HeldLock, tryLock} from '../../src/util/lock.js';
import {mounted} from '../helpers/small-disk.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {right, writeRun} from '../helpers/written-runs.js';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 27, 5, 15);
const ID = '20260101-000000-a-0001';

function place(...ids: readonly string[]): {runs: string; folders: RunFolder[]} {
  const runs = temporaryFolder();
  const folders = ids.map(id => writeRun(runs, {id, experiment: 'a', heads: {Male: right(3, 4)}}));
  return {runs, folders};
}

async function deleted(id = ID) {
  const {runs, folders} = place(id);
  return {runs, folder: folders[0]!, trashed: await moveToTrash(folders[0]!, NOW)};
}

describe('a run in the trash', () => {
  it('is in no list and no comparison, and comes back whole', async () => {
    const {runs, folders} = place(ID);
    const before = readFileSync(folders[0]!.events);
    const trashed = await moveToTrash(folders[0]!, NOW);
    expect(trashed.path).toBe(path.join(runs, '.trash', `20261127-051500.${ID}`));
    expect(await listRuns(runs)).toEqual([]);
    await expect(findRuns(['a'], runs)).rejects.toThrow('no such run');
    expect(await listTrash(runs)).toEqual([trashed]);
    await restoreRun(runs, trashed);
    expect((await listRuns(runs)).map(({folder, status}) => `${folder.id} ${status}`)).toEqual([
      `${ID} completed`,
    ]);
    expect(readFileSync(folders[0]!.events)).toEqual(before);
    expect(await listTrash(runs)).toEqual([]);
  });

  it('is named by its id or the beginning of it; of two with one id it is the later', async () => {
    const {runs} = await deleted();
    const other = '20260102-000000-b-0002';
    for (const [id, at] of [
      [ID, NOW + 5000],
      [other, NOW],
    ] as const)
      await moveToTrash(writeRun(runs, {id, experiment: 'b', heads: {Male: right(1, 4)}}), at);
    const [first, ...more] = await findInTrash([ID, '20260101'], runs);
    expect(more).toEqual([]);
    expect(first?.deleted.getTime()).toBe(NOW + 5000);
    await expect(findInTrash(['2026'], runs)).rejects.toThrow('2 runs begin like this');
    await expect(findInTrash(['c'], runs)).rejects.toThrow('no such run in the trash');
  });

  it('is not put over a run that is there', async () => {
    const {runs, trashed} = await deleted();
    const there = writeRun(runs, {id: ID, experiment: 'new', heads: {Male: right(4, 4)}});
    await expect(restoreRun(runs, trashed)).rejects.toThrow('exists already');
    expect(readFileSync(there.experiment, 'utf8')).toContain('new');
    expect(existsSync(trashed.path)).toBe(true);
  });

  it('is removed for good after 30 days, and nothing that is not a deleted run', async () => {
    const {runs, trashed} = await deleted();
    const elsewhere = temporaryFolder();
    writeFileSync(path.join(elsewhere, 'precious'), '');
    symlinkSync(elsewhere, path.join(trashed.path, 'link'));
    const trash = trashFolder(runs);
    mkdirSync(path.join(trash, 'somebody-elses'));
    symlinkSync(elsewhere, path.join(trash, '20250101-000000.20250101-000000-x-0001'));
    expect(await emptyOldTrash(runs, NOW + 29 * DAY_MS)).toEqual([]);
    expect(await emptyOldTrash(runs, NOW + 31 * DAY_MS)).toEqual([trashed]);
    expect(readdirSync(trash).sort()).toEqual([
      '20250101-000000.20250101-000000-x-0001',
      'somebody-elses',
    ]);
    expect(readdirSync(elsewhere)).toEqual(['precious']);
    expect(await emptyTrash(runs)).toEqual([]);
  });
});

describe('a run that cannot be deleted', () => {
  it('is one that a trainer works on, also when it began after somebody looked', async () => {
    const {folders} = place(ID);
    const lock = await tryLock(folders[0]!.lock);
    if (!(lock instanceof HeldLock)) throw new Error('the lock is taken');
    onTestFinished(() => lock.release());
    await expect(moveToTrash(folders[0]!, NOW)).rejects.toThrow('is trained by');
    expect(existsSync(folders[0]!.events)).toBe(true);
  });

  it('is one in a folder that cannot be written to, and it says so', async () => {
    const {runs, folders} = place(ID);
    // Root may write anywhere: for it the folder is made unchangeable, where that is possible.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) {
      try {
        execFileSync('chattr', ['+i', runs], {stdio: 'ignore'});
      } catch {
        return;
      }
    } else chmodSync(runs, 0o555);
    try {
      await expect(moveToTrash(folders[0]!, NOW)).rejects.toThrow(
        `${ID} was not deleted: the folder is not writable`,
      );
    } finally {
      if (isRoot) execFileSync('chattr', ['-i', runs]);
      else chmodSync(runs, 0o755);
    }
    expect(existsSync(folders[0]!.events)).toBe(true);
  });

  it.each(['a link', 'a file'])('is one whose trash is %s: nothing is followed', async what => {
    const {runs, folders} = place(ID);
    const elsewhere = temporaryFolder();
    if (what === 'a link') symlinkSync(elsewhere, trashFolder(runs));
    else writeFileSync(trashFolder(runs), '');
    await expect(moveToTrash(folders[0]!, NOW)).rejects.toThrow(
      `.trash: it is ${what}, not a folder`,
    );
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(await listTrash(runs)).toEqual([]);
    expect(existsSync(folders[0]!.events)).toBe(true);
  });

  it('stays in the trash of a disk that is read only, and that is said', async () => {
    const runs = path.join(temporaryFolder(), 'disk');
    if (!mounted(runs, 'size=1m')) return;
    const run = writeRun(runs, {id: ID, experiment: 'a', heads: {Male: right(3, 4)}});
    const trashed = await moveToTrash(run, NOW);
    execFileSync('mount', ['-o', 'remount,ro', runs]);
    const said = `${ID} stays in the trash: the disk is read-only (EROFS)`;
    await expect(emptyTrash(runs)).rejects.toThrow(said);
    await expect(emptyTrash(runs)).rejects.toMatchObject({name: 'UserError', exitCode: 1});
    expect(existsSync(trashed.path)).toBe(true);
  });

  it('is one that is a link by now: what it leads to stays where it is', async () => {
    const {folder} = await deleted();
    const elsewhere = temporaryFolder();
    symlinkSync(elsewhere, folder.path);
    await expect(moveToTrash(folder, NOW)).rejects.toThrow('was not deleted: it is not a folder');
    expect(lstatSync(folder.path).isSymbolicLink()).toBe(true);
  });
});
