import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {
  loadJobs,
  runOptionDefaults,
  unusedDataNotes,
  type RunOptions,
} from '../../src/app/load-jobs.js';
import {makeCatalogue} from '../../src/data/layouts/layout.js';
import {runMaker} from '../../src/runs/create-run.js';
import {parseResolved} from '../../src/experiment/stringify.js';
import {tinyYaml} from '../helpers/experiments.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

async function runDefinition(text: string, data: string | undefined) {
  const folder = temporaryFolder();
  const file = path.join(folder, 'tiny.yaml');
  writeFileSync(file, text);
  const options: RunOptions = {...runOptionDefaults, runs: folder, folder, data, version: '0.0.0'};
  const jobs = await loadJobs([file], options);
  const make = runMaker({
    ...{runs: folder, backend: 'auto', version: '0.0.0', batch: 'batch'},
    now: () => 0,
    random: () => 0.5,
  });
  const run = await make(jobs[0]!);
  return {jobs, data: parseResolved(readFileSync(run.experiment, 'utf8'), run.experiment).data};
}

describe("a run's definition", () => {
  it('says which data was read, as a full path, with --data and without', async () => {
    expect((await runDefinition(tinyYaml, 'faces')).data.root).toBe(path.resolve('faces'));
    expect((await runDefinition(tinyYaml, undefined)).data.root).toBe(path.resolve('data/celeba'));
  });

  it('records no folder for the sample faces, which --data does not move', async () => {
    const onSample = tinyYaml.replace(/^data:\n/m, 'data:\n  source: sample\n');
    const {jobs, data} = await runDefinition(onSample, '/faces');
    expect(data).toMatchObject({source: 'sample', root: 'data/celeba'});
    expect(unusedDataNotes(jobs, '/faces')).toEqual([
      '--data is not used: tiny uses the sample faces. To read the folder: --set data.source=auto',
    ]);
    expect(unusedDataNotes(jobs, undefined)).toEqual([]);
  });

  it('is one where --data settles what the matrix varies', async () => {
    const {jobs} = await runDefinition(`${tinyYaml}matrix: {data.root: [a, b]}\n`, '/faces');
    expect(jobs.map(({experiment}) => experiment.data.root)).toEqual(['/faces']);
  });
});

describe('the name of a data set', () => {
  it('is the same in whichever folder a process works', () => {
    const table = {attributes: [], files: [], labels: new Uint8Array()};
    const images = {
      absent: new Uint32Array(),
      holders: [],
      locate: () => ({kind: 'file', file: ''}) as const,
    };
    const {source} = makeCatalogue('CelebA folder', 'data/celeba', table, undefined, images);
    expect(source).toBe(`CelebA folder ${path.resolve('data/celeba')}`);
  });
});
