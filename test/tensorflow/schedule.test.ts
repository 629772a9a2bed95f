import {describe, expect, it} from 'vitest';
import {learningRateAt} from '../../src/tensorflow/schedule.js';

type ScheduleOptions = Parameters<typeof learningRateAt>[0];

const base: ScheduleOptions = {
  epochs: 10,
  warmupEpochs: 0,
  optimizer: {sgd: {learningRate: 1, weightDecay: 0}},
  schedule: {kind: 'constant'},
};
const at = (spec: Partial<ScheduleOptions>, epoch: number, batch = 0): number =>
  learningRateAt({...base, ...spec}, {epoch, batch, batchesPerEpoch: 4});

describe('the learning rate', () => {
  it('stays where it is without a schedule', () => {
    expect(at({}, 1)).toBe(1);
    expect(at({}, 10, 3)).toBe(1);
  });

  it('falls by a factor every so many epochs', () => {
    const schedule = {kind: 'step', every: 3, factor: 0.5} as const;
    expect([1, 3, 4, 7].map(epoch => at({schedule}, epoch))).toEqual([1, 1, 0.5, 0.25]);
  });

  it('follows half a cosine down to its minimum', () => {
    const schedule = {kind: 'cosine', minimum: 0.1} as const;
    expect(at({schedule}, 1)).toBe(1);
    expect(at({schedule}, 6)).toBeCloseTo(0.55, 10);
    expect(at({schedule}, 11)).toBeCloseTo(0.1, 10);
  });

  it('starts each cycle of a cosine with the full rate', () => {
    const schedule = {kind: 'cosine', minimum: 0, cycles: 2} as const;
    expect([1, 6].map(epoch => at({schedule}, epoch))).toEqual([1, 1]);
    expect(at({schedule}, 3, 2)).toBeCloseTo(0.5, 10);
    expect(at({schedule}, 5, 3)).toBeCloseTo((1 + Math.cos((19 / 20) * Math.PI)) / 2, 10);
  });

  // torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1, total_steps=40), PyTorch 2.13.
  it.each([
    [1, 0, 0.04],
    [1, 1, 0.0594434],
    [2, 0, 0.3206008],
    [3, 3, 1],
    [7, 0, 0.555984],
    [10, 3, 0.000004],
  ])('of one cycle is that of PyTorch in epoch %i, batch %i', (epoch, batch, rate) => {
    const schedule = {kind: 'one-cycle', rise: 0.3, initial: 0.04, final: 4e-6} as const;
    expect(at({schedule}, epoch, batch)).toBeCloseTo(rate, 6);
  });

  it('grows from one share of the warm-up to the full rate, and only then follows the schedule', () => {
    const spec = {warmupEpochs: 1, schedule: {kind: 'cosine', minimum: 0} as const};
    expect([0, 1, 2, 3].map(batch => at(spec, 1, batch))).toEqual([0.25, 0.5, 0.75, 1]);
    expect(at(spec, 2)).toBe(1);
  });
});
