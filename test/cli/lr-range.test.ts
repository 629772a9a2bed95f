import {existsSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {tinyYaml} from '../helpers/experiments.js';
import {runProgram} from '../helpers/program.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';

let data: string;
beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder('faces'), {images: 40});
});

type Found = {
  readonly learningRate: number | null;
  readonly models: readonly {
    readonly model: string;
    readonly learningRate: number | null;
    readonly points: readonly {readonly rate: number; readonly loss: number}[];
  }[];
};

describe('lr-range', () => {
  const cwd = workplace(tinyYaml);
  const range = (...args: string[]) =>
    runProgram(['lr-range', 'tiny', '--data', data, '--steps', '60', ...args], {cwd});

  it('draws the loss, names a rate and says how, and writes no run', async () => {
    const {code, stdout, stderr} = await range();
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^multi-output: training loss by the power of ten/);
    expect(stdout).toMatch(/learning rate [\d.e-]+: a tenth of [\d.e-]+, where the smoothed loss/);
    expect(stdout).toMatch(/--set training\.optimizer\.adam\.learningRate=[\d.e-]+\n$/);
    expect(existsSync(path.join(cwd, 'runs'))).toBe(false);
  });

  it('gives the same in JSON each time, for each network, with their lowest rate', async () => {
    const args = ['--json', '--set', 'model.kind=separate', '--set', 'training.accumulate=2'];
    const {code, stdout} = await range(...args);
    expect(code).toBe(0);
    const {models, learningRate} = JSON.parse(stdout) as Found;
    expect(models.map(({model}) => model)).toEqual(['Male', 'Smiling']);
    expect(learningRate).toBe(Math.min(...models.map(result => result.learningRate!)));
    expect(models[0]!.points[0]!.rate).toBe(1e-6);
    expect((await range(...args)).stdout).toBe(stdout);
  });

  it('refuses a range that does not rise, and text for a rate', async () => {
    const falling = await range('--from', '1', '--to', '0.1');
    expect([falling.code, falling.stderr]).toEqual([
      2,
      expect.stringContaining('expected --from below --to; received 1 and 0.1'),
    ]);
    const text = await range('--to', 'high');
    expect([text.code, text.stderr]).toEqual([2, expect.stringContaining('received "high"')]);
  });
});
