import {readFileSync, readdirSync, rmSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {findModels, openModels} from '../../src/app/models.js';
import type {LayersFile} from '../../src/artifacts/layers-model.js';
import {answering} from '../../src/model/answering.js';
import {readRun} from '../../src/runs/run-record.js';
import type {ModelState} from '../../src/runs/run-state.js';
import type {RunFolder} from '../../src/runs/run-folder.js';
import {tinyYaml} from '../helpers/experiments.js';
import {runFolders} from '../helpers/kills.js';
import {runProgram} from '../helpers/program.js';
import {expectSamePredictions} from '../helpers/same-predictions.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';

const yaml = tinyYaml.replace(
  'multi-output',
  'grouped\n  groups: [[Male], [Smiling, Male]]\n  answeredBy: best',
);
const cwd = workplace(yaml);
let run: RunFolder;
let images: string;
beforeAll(async () => {
  const data = await writeTinyFaces(temporaryFolder('faces'), {images: 40});
  images = path.join(data, 'img_align_celeba');
  await runProgram(['run', 'tiny', '--ci', '--data', data], {cwd});
  run = runFolders(cwd)[0]!;
});

describe('a head in two groups, of which the best one answers', () => {
  it('has one answer everywhere: that of the network that the log names', async () => {
    const {models} = (await readRun(run)).state;
    const best = answering(models, 'Male')!;
    const loss = ({final}: ModelState): number => final!.validation.heads['Male']!.loss;
    expect(loss(best)).toBe(Math.min(...models.map(loss)));
    expect(readFileSync(run.summary, 'utf8')).toContain(
      `Male: answered by the network ${best.name}`,
    );
    const opened = await openModels(await findModels(run.path, 'runs'));
    const withMale = opened.filter(({plan}) => plan.heads.includes('Male'));
    expect(withMale.map(({name}) => name)).toEqual([best.name]);
    expect(opened.flatMap(({plan}) => plan.heads).toSorted()).toEqual(['Male', 'Smiling']);

    const predicted = await runProgram(['predict', run.id, images, '--csv'], {cwd});
    const answers = new Map(rowsOf(predicted.stdout).map(row => [row.key, row.text]));
    expect(answers.size).toBe(2 * 40);
    for (const {key, text} of rowsOf(readFileSync(run.predictions, 'utf8')))
      expectSamePredictions(text, answers.get(key)!);

    const split = await runProgram(['split', run.id], {cwd});
    expect(split.stdout.trim().split('\n')).toHaveLength(2);
    const [male] = await openModels(await findModels(path.join(run.split, 'Male'), 'runs'));
    const weights = (file: LayersFile) => file.weights.map(({values}) => values);
    expect(weights(male!.file).slice(0, -2)).toEqual(weights(withMale[0]!.file).slice(0, 4));
    await runProgram(['export', run.id, '--format', 'onnx'], {cwd});
    const files = readdirSync(run.exported('onnx')).filter(model =>
      readFileSync(path.join(run.exported('onnx'), model, 'heads.json'), 'utf8').includes('"Male"'),
    );
    expect(files).toEqual([best.name]);
  });

  it('is not predicted where the log is missing, which alone says who answers', async () => {
    rmSync(run.events);
    await expect(findModels(run.path, 'runs')).rejects.toThrow(
      "only the run's log says which group answers a head",
    );
  });
});

describe('a head with an output in two branches, of which the best one answers', () => {
  it('has one answer in the results, in predict and in split', async () => {
    const folder = workplace(yaml.replace('answeredBy', 'branchAfter: 2\n  answeredBy'));
    await runProgram(['run', 'tiny', '--ci', '--data', path.dirname(images)], {cwd: folder});
    const branched = runFolders(folder)[0]!;
    const [model] = (await readRun(branched)).state.models;
    const {Male: first, 'Male.2': second} = model!.final!.validation.heads;
    const best = second!.loss < first!.loss ? 'Male.2' : 'Male';
    expect(model!.answers!.toSorted()).toEqual([best, 'Smiling']);
    expect(readFileSync(branched.summary, 'utf8')).toContain(
      `Male: answered by ${best}, of its outputs Male, Male.2`,
    );
    const predicted = await runProgram(['predict', branched.id, images, '--csv'], {cwd: folder});
    const answers = new Map(rowsOf(predicted.stdout).map(row => [row.key, row.text]));
    expect(answers.size).toBe(2 * 40);
    for (const {key, text} of rowsOf(readFileSync(branched.predictions, 'utf8')))
      expectSamePredictions(text, answers.get(key)!);
    const split = await runProgram(['split', branched.id], {cwd: folder});
    expect(
      split.stdout
        .trim()
        .split('\n')
        .map(line => path.basename(line)),
    ).toEqual(expect.arrayContaining(['Male', 'Smiling']));
  });
});

/** Rows of predictions by image and head, with the class and its probability. */
function rowsOf(csv: string): {readonly key: string; readonly text: string}[] {
  const [head = [], ...rows] = csv
    .trim()
    .split('\n')
    .map(line => line.trim().split(','));
  const cell = (row: readonly string[], name: string): string => row[head.indexOf(name)] ?? '';
  return rows.map(row => ({
    key: `${path.basename(cell(row, head[0]!))} ${cell(row, 'head')}`,
    text: cell(row, 'probability'),
  }));
}
