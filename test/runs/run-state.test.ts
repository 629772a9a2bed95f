import {describe, expect, it} from 'vitest';
import type {RunEvent, RunFact} from '../../src/runs/events.js';
import {metricsCsv} from '../../src/runs/run-csv.js';
import {initialRunState, keptEpoch, reduceRun, type RunState} from '../../src/runs/run-state.js';
import {currentStatus, FINISHED} from '../../src/runs/status.js';

const metrics = (accuracy: number) => ({
  loss: 1 - accuracy,
  heads: {Male: {loss: 1 - accuracy, accuracy}},
});
const started: RunFact = {
  type: 'run.started',
  experiment: 'e',
  heads: ['Male'],
  models: [{name: 'm', heads: ['Male'], parameters: 7}],
  epochs: 3,
  backend: 'b',
  pid: 42,
};
const epoch = (number: number, accuracy: number): RunFact => ({
  type: 'epoch.ended',
  model: 'm',
  epoch: number,
  train: metrics(accuracy),
  validation: metrics(accuracy - 0.1),
  learningRate: 0.1,
  trainSeconds: 1,
  seconds: 1.5,
  imagesPerSecond: 10,
  memoryBytes: 5,
});

const batch = (number: number, accuracy: number): RunFact => ({
  type: 'batch.ended',
  model: 'm',
  epoch: 1,
  batch: number,
  batches: 400,
  train: metrics(accuracy),
  imagesPerSecond: 10,
  memoryBytes: 5,
});

function fold(...facts: RunFact[]): RunState {
  return facts
    .map((fact, index): RunEvent => ({...fact, seq: index + 1, at: `t${index}`, run: 'r'}))
    .reduce(reduceRun, initialRunState('r'));
}

describe('the state of a run', () => {
  it('has a few points of the unfinished epoch, each with its place, until the epoch ends', () => {
    const batches = Array.from({length: 200}, (_, index) => batch(index + 1, index / 400));
    const start: RunFact = {type: 'epoch.started', model: 'm', epoch: 1, batches: 400};
    const state = fold(started, start, ...batches);
    expect(state.partial.length).toBeGreaterThan(15);
    expect(state.partial.length).toBeLessThanOrEqual(21);
    expect(state.partial[0]?.at).toBe(1 / 400);
    expect(state.partial.at(-1)).toEqual({at: 0.5, train: metrics(199 / 400)});
    expect(fold(started, start, ...batches, epoch(1, 0.5)).partial).toEqual([]);
  });

  it('says which epoch is kept before the model ends, as far as the log says it', () => {
    const keptOf = (...facts: RunFact[]): number | undefined =>
      keptEpoch(fold(started, ...facts).models[0]!);
    expect(keptOf(epoch(1, 0.5))).toBeUndefined();
    expect(keptOf({...epoch(1, 0.5), bestEpoch: 0} as RunFact)).toBeUndefined();
    expect(
      keptOf(
        {...epoch(1, 0.5), bestEpoch: 1} as RunFact,
        {
          ...epoch(2, 0.5),
          bestEpoch: 1,
        } as RunFact,
      ),
    ).toBe(1);
  });

  it('keeps the samples of the last hour of the machine', () => {
    const sample: RunFact = {type: 'system.sampled', processor: 0.5, memoryBytes: 7};
    const state = fold(...Array.from({length: 725}, () => sample));
    expect(state.system.length).toBe(720);
    expect(state.system.at(-1)).toEqual({at: 't724', processor: 0.5, memoryBytes: 7});
  });

  it('is the history of its epochs, where a repeated epoch takes the place of the one that was lost', () => {
    const state = fold(
      started,
      {type: 'model.started', model: 'm', heads: ['Male'], step: 'graph'},
      epoch(1, 0.5),
      epoch(2, 0.6),
      started,
      epoch(2, 0.7),
    );
    expect(
      state.models[0]?.history.map(({epoch: number, train}) => [
        number,
        train.heads['Male']?.accuracy,
      ]),
    ).toEqual([
      [1, 0.5],
      [2, 0.7],
    ]);
    expect(state.lastSeq).toBe(6);
  });

  it('ignores an epoch of a model it does not know', () => {
    expect(fold(started, {...epoch(1, 0.5), model: 'other'} as RunFact).models[0]?.history).toEqual(
      [],
    );
  });

  it('is crashed without a terminal event and without a process, whatever the log says', () => {
    const status = (isHeld: boolean, ...facts: RunFact[]) =>
      currentStatus(fold(...facts).status, isHeld);
    const training: RunFact = {type: 'model.started', model: 'm', heads: ['Male'], step: 'graph'};
    const finished = {type: 'run.finished', seconds: 1, peakMemoryBytes: 1} as const;
    expect(status(true)).toBe('starting');
    expect(status(false)).toBe('crashed');
    expect(status(true, started)).toBe('starting');
    expect(status(true, started, training)).toBe('running');
    expect(status(false, started, training)).toBe('crashed');
    expect(status(true, started, {type: 'run.paused'})).toBe('paused');
    for (const end of FINISHED)
      for (const isHeld of [true, false])
        expect(status(isHeld, started, {...finished, status: end})).toBe(end);
  });

  it('is failed where its own error ended it, and crashed where the trainer died', () => {
    const failed = (exitCode: 3 | 4) =>
      fold(started, {type: 'run.failed', message: 'm', exitCode}).status;
    expect([failed(3), failed(4)]).toEqual(['failed', 'crashed']);
  });

  it('is written as metrics.csv, a row for each epoch, head and split', () => {
    expect(metricsCsv(fold(started, epoch(1, 0.75)))).toBe(
      'epoch,model,head,split,loss,accuracy,seconds\n1,m,Male,train,0.25,0.75,1.000\n1,m,Male,validation,0.35,0.65,0.500\n',
    );
  });

  it('has the weights of balanced heads in metrics.csv, for training', () => {
    const balanced = {...epoch(1, 0.75), weights: {Male: 1.25}} as RunFact;
    expect(metricsCsv(fold(started, balanced))).toBe(
      'epoch,model,head,split,loss,accuracy,seconds,weight\n1,m,Male,train,0.25,0.75,1.000,1.25\n1,m,Male,validation,0.35,0.65,0.500,\n',
    );
  });
});

describe('a run that resumes', () => {
  it('forgets what came after its checkpoint, and keeps the models that had ended', () => {
    const two = {
      ...started,
      models: ['m', 'n'].map(name => ({name, heads: ['Male'], parameters: 7})),
    };
    const state = fold(
      two,
      epoch(1, 0.5),
      {...epoch(1, 0.6), model: 'n'} as RunFact,
      {...epoch(2, 0.7), model: 'n'} as RunFact,
      two,
      {type: 'run.continued', ended: ['m'], model: 'n', epoch: 2, batches: 0},
    );
    expect(state.models.map(({history}) => history.map(({epoch: number}) => number))).toEqual([
      [1],
      [1],
    ]);
    const anew = fold(two, epoch(1, 0.5), two, {
      type: 'run.continued',
      ...{ended: [], epoch: 1, batches: 0},
    });
    expect(anew.models[0]?.history).toEqual([]);
  });
});
