import {readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {readRunPredictions} from '../../src/compare/predictions.js';
import {RunInfo} from '../../src/runs/run-info.js';
import type {RunFolder} from '../../src/runs/run-folder.js';
import {tinyYaml} from '../helpers/experiments.js';
import {runFolders} from '../helpers/kills.js';
import {descendants, signal} from '../helpers/processes.js';
import {runProgram, type Finished} from '../helpers/program.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';

const SPLIT = 'data.split={folds: 2, validation: 8, groupBy: identity}';

let data: string;
let cwd: string;
const inPlace = (...args: string[]): Promise<Finished> => runProgram(args, {cwd});
const run = (...args: string[]): Promise<Finished> =>
  inPlace('run', 'tiny', '--data', data, '--ci', '--set', SPLIT, ...args);

function infoOf(folder: RunFolder): RunInfo {
  return RunInfo.parse(JSON.parse(readFileSync(folder.info, 'utf8')));
}

const testedBy = async (folder: RunFolder): Promise<readonly string[]> =>
  (await readRunPredictions(folder)).files;

beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder('faces'), {images: 60});
  const people = Array.from(
    {length: 60},
    (_, at) => `${String(at + 1).padStart(6, '0')}.jpg ${at >> 2}`,
  );
  writeFileSync(path.join(data, 'identity_CelebA.txt'), `${people.join('\n')}\n`);
  cwd = workplace(`${tinyYaml}matrix: {model.kind: [separate, multi-output]}\n`);
});

describe('an experiment with folds', () => {
  it('is a run for each fold and seed, which are compared as one row for each design', async () => {
    const {code, stdout, stderr} = await run('--repeat', '2', '--set', 'training.epochs=1');
    expect(stderr).not.toContain('more than one part');
    expect(code).toBe(0);
    const folders = runFolders(cwd);
    const plan = folders.map(folder => {
      const {experiment, seed, fold} = infoOf(folder);
      return `${experiment} ${seed === 3 ? 'first' : 'second'} ${fold}`;
    });
    const expected = ['separate', 'multi-output'].flatMap(kind =>
      ['first', 'second'].flatMap(seed => [1, 2].map(fold => `tiny.${kind} ${seed} ${fold}`)),
    );
    expect(plan.sort()).toEqual(expected.sort());
    for (let from = 0; from < folders.length; from += 2) {
      const tested = await Promise.all(folders.slice(from, from + 2).map(testedBy));
      expect(new Set(tested.flat()).size).toBe(60);
      expect(tested.flat()).toHaveLength(60);
    }
    expect(stdout).toContain('2 seeds, n = 60 test images in 2 folds');
    expect(stdout).toMatch(/^\d{8}-\S+ {2}tiny.separate fold 2\/2$/m);
    expect(stdout).toContain('2-fold: each image is tested once');
    const compared = await inPlace('compare', 'tiny');
    expect(compared.stdout).toContain('60 test images');
    expect((await inPlace('runs')).stdout).toMatch(/SEED +FOLD +TIME/);
    expect((await inPlace('runs', '--filter', 'fold=2')).stdout.match(/tiny/g)).toHaveLength(4);
    expect((await inPlace('compare', 'tiny', '--each')).stdout).toMatch(/n = (28|32) test or/);
  }, 240_000);

  it('runs only the fold that is missing where it is needed', async () => {
    const folders = runFolders(cwd);
    rmSync(folders[1]!.path, {recursive: true});
    const without = await inPlace(
      'compare',
      ...folders.filter((_, at) => at !== 1).map(({id}) => id),
    );
    expect(without.stdout).toMatch(/Seed \d+ of tiny.\S+ has no result for fold [12] of 2/);
    const {code, stderr} = await run('--repeat', '2', '--set', 'training.epochs=1', '--needed');
    expect(code).toBe(0);
    expect(stderr.match(/is already answered by/g)).toHaveLength(folders.length - 1);
    expect(runFolders(cwd)).toHaveLength(folders.length);
  }, 240_000);

  it('resumes the rest of its folds after a kill, and pools them', async () => {
    const place = workplace(tinyYaml.replace('epochs: 2', 'epochs: 60'));
    await runProgram(['run', 'tiny', '--data', data, '--ci', '--set', SPLIT], {
      cwd: place,
      onOutput: (stdout, child) => {
        if (!stdout.includes('epoch   3/60')) return;
        descendants(child.pid!).forEach(pid => signal(pid));
        child.kill('SIGKILL');
      },
    });
    const {code, stdout} = await runProgram(['run', '--resume', '--ci'], {cwd: place});
    expect(code).toBe(0);
    expect(runFolders(place).map(folder => infoOf(folder).fold)).toEqual([1, 2]);
    expect(stdout).toMatch(/resumes|starts again/);
    const {stdout: verdict} = await runProgram(['compare', 'tiny'], {cwd: place});
    expect(verdict).toContain('n = 60 test images');
  }, 240_000);

  it('is checked for all folds, and listed with its number of runs', async () => {
    const check = await inPlace('check', 'tiny', '--data', data, '--set', SPLIT);
    expect(check.code).toBe(0);
    const many = 'data.split={folds: 16, validation: 8, groupBy: identity}';
    const refused = await inPlace('check', 'tiny', '--data', data, '--set', many);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain(
      'data.split.folds: Expected at most 15, the people of the sample; received 16.',
    );
    writeFileSync(
      path.join(cwd, 'experiments', 'folded.yaml'),
      tinyYaml.replace('{train: 32, validation: 8}', '{folds: 5, validation: 8}'),
    );
    expect((await inPlace('list')).stdout).toMatch(/folded +5 /);
  }, 60_000);

  it('warns of people in several parts unless they are grouped', async () => {
    const plain = 'data.split={train: 32, validation: 8, test: 12}';
    const {stdout} = await run('--set', plain, '--set', 'model.kind=separate');
    expect(stdout).toMatch(
      /people are in more than one part of the split, with \d+ of its 52 images/,
    );
  }, 60_000);
});
