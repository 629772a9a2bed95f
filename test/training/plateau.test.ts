import {describe, expect, it} from 'vitest';
import {learningRateAt} from '../../src/tensorflow/schedule.js';
import {afterPlateauEpoch, noPlateau} from '../../src/training/plateau.js';

const rule = {
  kind: 'plateau',
  patience: 2,
  factor: 0.5,
  minDelta: 1e-4,
  cooldown: 0,
  minimum: 0.2,
} as const;

/** The rate of each epoch, given the costs of the epochs before it. */
function rates(costs: readonly number[], changes: Partial<typeof rule> | object = {}): number[] {
  const schedule = {...rule, ...changes};
  const options = {
    epochs: 20,
    warmupEpochs: 0,
    optimizer: {sgd: {learningRate: 1, weightDecay: 0}},
    schedule,
  };
  let state = noPlateau;
  return costs.map((cost, index) => {
    const {drops} = state;
    state = afterPlateauEpoch(state, cost, schedule);
    return learningRateAt(options, {epoch: index + 1, batch: 0, batchesPerEpoch: 4, drops});
  });
}

// keras.callbacks.ReduceLROnPlateau (Keras 3) with the same numbers, by hand from its source.
describe('the rate on a plateau', () => {
  it('drops after as many epochs without an improvement as patience says, and counts again', () => {
    expect(rates([1, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9])).toEqual([1, 1, 1, 1, 0.5, 0.5, 0.25]);
  });

  it('takes no change within minDelta for an improvement', () => {
    expect(rates([1, 0.99995, 0.9999, 0.5])).toEqual([1, 1, 1, 0.5]);
  });

  it('counts nothing while it cools down, and never falls below its minimum', () => {
    const costs = Array.from({length: 10}, () => 1);
    expect(rates(costs, {cooldown: 2})).toEqual([1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.2]);
  });

  it('counts an epoch whose cost is not finite as one without an improvement', () => {
    expect(rates([1, Number.NaN, Number.NaN, 1])).toEqual([1, 1, 1, 0.5]);
  });
});
