import {describe, expect, it} from 'vitest';
import type {TrainingStep} from '../../src/tensorflow/training-step.js';
import {memorySet} from '../../src/data/dataset.js';
import {naturalOrder} from '../../src/training/batches.js';
import {TrainingControl} from '../../src/training/context.js';
import {measureInference} from '../../src/training/evaluate.js';

const plan = (count: number, batchSize: number) => ({
  set: memorySet(
    Array.from({length: count}, (_, index) => `${index}.jpg`),
    new Uint8Array(count),
    new Uint8Array(count * 3),
    3,
  ),
  order: naturalOrder(count),
  batchSize,
  size: [1, 1] as const,
  headPositions: [0],
});

/** A network on a clock of its own: 2 ms and 1 ms for each image; the first passes take long. */
function network(control = new TrainingControl(), stopAfter = Number.POSITIVE_INFINITY) {
  let nowMs = 0;
  let passes = 0;
  const seen = new Map<number, number>();
  const evaluateBatch: TrainingStep['evaluateBatch'] = ({size, images, labels}) => {
    expect([images.length, labels.length]).toEqual([size * 3, size]);
    const past = seen.get(size) ?? 0;
    seen.set(size, past + 1);
    nowMs += past < 3 ? 1000 : 2 + size;
    if (++passes === stopAfter) control.stop();
    return Promise.resolve({
      loss: 0,
      headLosses: [0],
      headCorrect: [0],
      probabilities: new Float32Array(size),
    });
  };
  return {step: {evaluateBatch} as TrainingStep, context: {clock: () => nowMs, control}};
}

describe('the time of an answer', () => {
  it('is the median for one image and for a batch, without the first passes', async () => {
    const {step, context} = network();
    expect(await measureInference(step, plan(10, 4), context)).toEqual({
      imageMs: 3,
      batchMs: 6,
      batchImages: 4,
    });
  });

  it('is that of a smaller batch, where there are fewer images', async () => {
    const {step, context} = network();
    expect((await measureInference(step, plan(3, 32), context))?.batchImages).toBe(3);
  });

  it('is not measured without images, nor when told to stop', async () => {
    const {step, context} = network();
    expect(await measureInference(step, plan(0, 4), context)).toBeUndefined();
    const stopped = network(new TrainingControl(), 5);
    expect(await measureInference(stopped.step, plan(10, 4), stopped.context)).toBeUndefined();
  });
});
