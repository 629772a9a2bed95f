import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {runMaker} from '../../src/runs/create-run.js';
import {listRuns, readRun} from '../../src/runs/run-record.js';
import {RunFolder} from '../../src/runs/run-folder.js';
import {seededRandom} from '../../src/util/random.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const random = seededRandom(1);

function createRun(runs: string): Promise<RunFolder> {
  const make = runMaker({
    ...{runs, backend: 'auto', version: '0.0.0', batch: 'batch'},
    now: () => Date.UTC(2026, 10, 24, 14, 32, 5),
    random,
  });
  return make({experiment: tinyExperiment(), file: 'tiny', variant: {}});
}

describe('the folder of a run', () => {
  it('is named by its start and its experiment, and two that start at once never share one', async () => {
    const runs = temporaryFolder();
    const first = await createRun(runs);
    const second = await createRun(runs);
    expect(first.id).toMatch(/^20261124-143205-tiny-[0-9a-f]{4}$/);
    expect(second.id).not.toBe(first.id);
    expect(readFileSync(first.experiment, 'utf8')).toMatch(/^name: tiny\n/m);
    expect((await listRuns(runs)).map(({fault}) => fault)).toEqual([undefined, undefined]);
  });

  it('cannot be made under a file, and says so', async () => {
    const file = path.join(temporaryFolder(), 'runs');
    writeFileSync(file, '');
    await expect(createRun(file)).rejects.toMatchObject({
      exitCode: 1,
      hint: expect.stringContaining('--runs') as string,
    });
  });

  it('with a broken run.json is listed with the reason', async () => {
    const runs = temporaryFolder();
    const folder = await createRun(runs);
    writeFileSync(folder.info, '{"schemaVersion": 1');
    const {fault, status} = await readRun(folder);
    expect(fault).toContain('JSON');
    expect(status).toBe('unreadable');
  });

  it('is told apart from what else lies in runs/', async () => {
    const runs = temporaryFolder();
    writeFileSync(path.join(runs, 'notes.txt'), '');
    await createRun(path.join(runs, 'comparisons'));
    expect(await listRuns(runs)).toEqual([]);
    expect(await listRuns(path.join(runs, 'nowhere'))).toEqual([]);
    expect(readdirSync(runs).sort()).toEqual(['comparisons', 'notes.txt']);
    expect(new RunFolder(path.join(runs, 'x')).id).toBe('x');
  });
});
