import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {createRun, type NewRun} from '../../src/runs/create-run.js';
import {isBroken, listRuns, readRun} from '../../src/runs/run-record.js';
import {RunFolder} from '../../src/runs/run-folder.js';
import {seededRandom} from '../../src/util/random.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const run: NewRun = {
  name: 'tiny',
  definition: 'name: tiny\n',
  info: {
    experiment: 'tiny',
    file: 'tiny',
    variant: {},
    configHash: 'abc',
    seed: 1,
    versions: {},
    dataRoot: '/data',
    host: {platform: 'linux', arch: 'x64', cpus: 2, memoryBytes: 1},
  },
};
const deps = () => ({now: () => Date.UTC(2026, 10, 24, 14, 32, 5), random: seededRandom(1)});

describe('the folder of a run', () => {
  it('is named by its start and its experiment, and two that start at once never share one', async () => {
    const runs = temporaryFolder();
    const first = await createRun(runs, run, deps());
    const second = await createRun(runs, run, deps());
    expect(first.id).toMatch(/^20261124-143205-tiny-[0-9a-f]{4}$/);
    expect(second.id).not.toBe(first.id);
    expect(readFileSync(first.experiment, 'utf8')).toBe('name: tiny\n');
    expect((await listRuns(runs)).map(({info}) => isBroken(info))).toEqual([false, false]);
  });

  it('cannot be made under a file, and says so', async () => {
    const file = path.join(temporaryFolder(), 'runs');
    writeFileSync(file, '');
    await expect(createRun(file, run, deps())).rejects.toMatchObject({
      exitCode: 1,
      hint: expect.stringContaining('--runs') as string,
    });
  });

  it('with a broken run.json is listed with the reason', async () => {
    const runs = temporaryFolder();
    const folder = await createRun(runs, run, deps());
    writeFileSync(folder.info, '{"schemaVersion": 1');
    const {info, status} = await readRun(folder);
    expect(isBroken(info) && info.broken).toContain('JSON');
    expect(status).toBe('unreadable');
  });

  it('is told apart from what else lies in runs/', async () => {
    const runs = temporaryFolder();
    writeFileSync(path.join(runs, 'notes.txt'), '');
    await createRun(path.join(runs, 'comparisons'), run, deps());
    expect(await listRuns(runs)).toEqual([]);
    expect(await listRuns(path.join(runs, 'nowhere'))).toEqual([]);
    expect(readdirSync(runs).sort()).toEqual(['comparisons', 'notes.txt']);
    expect(new RunFolder(path.join(runs, 'x')).id).toBe('x');
  });
});
