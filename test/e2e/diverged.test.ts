import {beforeAll, describe, expect, it} from 'vitest';
import {readLayersFile} from '../../src/artifacts/layers-model.js';
import {readRunInfo} from '../../src/runs/run-info.js';
import {readCheckpoint} from '../../src/training/checkpoint.js';
import {tinyYaml} from '../helpers/experiments.js';
import {runFolders} from '../helpers/kills.js';
import {runProgram} from '../helpers/program.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';

let data: string;
beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder('faces'), {images: 40});
});

describe('a learning rate that diverges', () => {
  it('fails the run, says where and with which rate, and keeps the weights of the last finite epoch', async () => {
    const cwd = workplace(tinyYaml.replace(/relu/g, 'linear'));
    const overrides = [...['optimizer.sgd.learningRate=20', 'warmupEpochs=1000', 'epochs=1000']];
    const {code, stdout} = await runProgram(
      [
        ...['run', 'tiny', '--data', data, '--ci'],
        ...overrides.flatMap(text => ['--set', `training.${text}`]),
      ],
      {cwd},
    );
    expect(code).toBe(1);
    const text = stdout.replaceAll(/\s+/g, ' ');
    const found =
      /became \S+ (?:after|in) epoch (\d+)(?:, batch (\d) of 3)?, with a learning rate of (\S+)\. Expected a finite number\. The weights after epoch (\d+), the last ones with finite losses, are in models\/multi-output\./.exec(
        text,
      );
    expect(found, text.slice(-600)).not.toBeNull();
    const [epoch, last, rate] = [1, 4, 3].map(place => Number(found![place])) as [
      number,
      number,
      number,
    ];
    expect(last).toBe(epoch - 1);
    const step = 3 * last + Number(found![2] ?? 3);
    expect(rate).toBeCloseTo((20 * step) / 3000, 2);
    const [folder] = runFolders(cwd);
    const info = readRunInfo(folder!).info!;
    const {progress} = (await readCheckpoint(folder!.checkpoints, info.configHash))!;
    expect(progress!.epoch).toBe(epoch);
    const {weights} = await readLayersFile(folder!.model('multi-output'));
    expect(weights.map(({values}) => values)).toEqual(
      progress!.state.weights.map(({values}) => values),
    );
    expect(weights.every(({values}) => values.every(Number.isFinite))).toBe(true);
  });
});
