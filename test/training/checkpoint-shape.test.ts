import {expect, it} from 'vitest';
import {checkpointFlaw} from '../../src/training/checkpoint-shape.js';

const slot = (name: string) => ({name, shape: [1], values: Float32Array.of(0)});

function checkpointWith(optimizer: readonly object[]): object {
  return {
    version: 1,
    ended: [],
    seconds: 0,
    progress: {
      model: 'multi-output',
      epoch: 2,
      batches: 0,
      state: {weights: [slot('dense/kernel')], optimizer, steps: 3},
      best: {epoch: 1, loss: 0.5, epochsSince: 0},
      epochSeconds: 0,
      seconds: 1,
    },
  };
}

it('refuses a checkpoint whose momentum is a sum of gradients, as earlier versions kept it', () => {
  expect(checkpointFlaw(checkpointWith([slot('dense/kernel/momentum')]))).toContain('momentum');
  expect(checkpointFlaw(checkpointWith([slot('dense/kernel/velocity')]))).toBeUndefined();
  const rmsprop = [slot('dense/kernel/rms'), slot('dense/kernel/momentum')];
  expect(checkpointFlaw(checkpointWith(rmsprop))).toBeUndefined();
});
