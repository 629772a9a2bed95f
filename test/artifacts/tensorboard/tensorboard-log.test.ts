import {appendFileSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {stringifyExperiment} from '../../../src/experiment/stringify.js';
import type {RunFact} from '../../../src/runs/events.js';
import {RunFolder} from '../../../src/runs/run-folder.js';
import {hyperparameters} from '../../../src/artifacts/tensorboard/hparams.js';
import {TensorBoardLog} from '../../../src/artifacts/tensorboard/tensorboard-log.js';
import {readEventFolder} from '../../helpers/event-files.js';
import {tinyExperiment} from '../../helpers/experiments.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const metrics = (loss: number) => ({
  loss: 2 * loss,
  heads: {Male: {loss, accuracy: 0.75}, Smiling: {loss, accuracy: Number.NaN}},
});
const started: RunFact = {
  type: 'run.started',
  experiment: 'tiny',
  heads: ['Male', 'Smiling'],
  models: [{name: 'multi-output', heads: ['Male', 'Smiling'], parameters: 1}],
  epochs: 2,
  backend: 'b',
  pid: 77,
};
const epoch = (number: number): RunFact => ({
  type: 'epoch.ended',
  model: 'multi-output',
  epoch: number,
  train: metrics(1 / number),
  validation: metrics(2 / number),
  learningRate: 0.5,
  trainSeconds: 1,
  seconds: 2,
  imagesPerSecond: 100,
  memoryBytes: 1,
});
const finished: RunFact = {
  type: 'run.finished',
  status: 'completed',
  seconds: 1,
  peakMemoryBytes: 1,
};

function newRun(): RunFolder {
  const folder = new RunFolder(path.join(temporaryFolder(), '20261124-143205-tiny-a1b2'));
  mkdirSync(folder.path);
  writeFileSync(folder.experiment, stringifyExperiment(tinyExperiment()));
  return folder;
}

/** @param second Of the clock when the first of the facts happens. */
function logged(folder: RunFolder, second: number, facts: readonly RunFact[]): void {
  const log = new TensorBoardLog(folder, 'a host/with strange name');
  facts.forEach((fact, index) => {
    const at = new Date((1_700_000_000 + second + index) * 1000).toISOString();
    log.take({...fact, seq: index + 1, at, run: folder.id});
  });
}

describe('the event files of a run', () => {
  it('hold the scalars of each head, train and validation under one tag, while it trains', () => {
    const folder = newRun();
    logged(folder, 0, [started, epoch(1), epoch(2)]);
    const [train] = readEventFolder(path.join(folder.tensorboard, 'train'));
    const [validation] = readEventFolder(path.join(folder.tensorboard, 'validation'));
    expect(train!.versions).toEqual(['brain.Event:2']);
    expect(validation!.scalars.filter(({tag}) => tag === 'Male/loss')).toEqual([
      {tag: 'Male/loss', step: 1, value: 2},
      {tag: 'Male/loss', step: 2, value: 1},
    ]);
    expect(train!.scalars.filter(({step}) => step === 2)).toEqual([
      {tag: 'Male/loss', step: 2, value: 0.5},
      {tag: 'Male/accuracy', step: 2, value: 0.75},
      {tag: 'Smiling/loss', step: 2, value: 0.5},
      {tag: 'Smiling/accuracy', step: 2, value: Number.NaN},
      {tag: 'multi-output/loss', step: 2, value: 1},
      {tag: 'multi-output/learning_rate', step: 2, value: 0.5},
      {tag: 'multi-output/images_per_second', step: 2, value: 100},
    ]);
  });

  it('name the network of a head that several networks have', () => {
    const folder = newRun();
    const {models} = started;
    const both = [...models, {name: 'Male', heads: ['Male'], parameters: 1}];
    logged(folder, 0, [{...started, models: both}, epoch(1)]);
    const [train] = readEventFolder(path.join(folder.tensorboard, 'train'));
    expect(train!.scalars.map(({tag}) => tag).filter(tag => tag.endsWith('/accuracy'))).toEqual([
      'multi-output/Male/accuracy',
      'Smiling/accuracy',
    ]);
  });

  it('hold what the run was defined with, and how it ended', () => {
    const folder = newRun();
    logged(folder, 0, [started, finished]);
    const [events] = readEventFolder(folder.tensorboard);
    expect(events!.plugins.map(({tag, name}) => `${name} ${tag}`)).toEqual([
      'hparams _hparams_/session_start_info',
      'hparams _hparams_/session_end_info',
    ]);
    const text = events!.plugins[0]!.data.toString('latin1');
    for (const key of ['training.optimizer.adam.learningRate', 'model.kind', folder.id])
      expect(text).toContain(key);
    expect(text).not.toContain('data.root');
    const plain = Object.fromEntries(hyperparameters(tinyExperiment()));
    expect(plain['data.heads']).toBe('Male, Smiling');
    expect(plain['training.optimizer.adam.learningRate']).toBe(0.01);
    expect(plain['model.layers']).toContain('"filters":4');
  });

  it('are new ones after a restart, in order, whatever a kill tore', () => {
    const folder = newRun();
    logged(folder, 0, [started, epoch(1)]);
    const train = path.join(folder.tensorboard, 'train');
    appendFileSync(path.join(train, readdirSync(train)[0]!), Buffer.from([40, 0, 0, 0, 0]));
    logged(folder, 60, [{...started, pid: 3}, epoch(2), finished]);
    const files = readEventFolder(train);
    expect(files.map(({rest}) => rest)).toEqual([5, 0]);
    const steps = files.flatMap(({scalars}) =>
      scalars.filter(({tag}) => tag === 'Male/loss').map(({step}) => step),
    );
    expect(steps).toEqual([1, 2]);
    expect(readdirSync(train).every(name => /^[\w.-]+$/.test(name))).toBe(true);
  });

  it('are not begun by a run that never starts', () => {
    const folder = newRun();
    const message = {type: 'log.written', level: 'info', message: 'm'} as const;
    logged(folder, 0, [message, {type: 'run.failed', message: 'no', exitCode: 4}]);
    expect(readdirSync(folder.path)).toEqual(['experiment.yaml']);
  });
});
