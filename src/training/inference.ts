import {setImmediate as yieldToMessages} from 'node:timers/promises';
import type {Batch, TrainingStep} from '../tensorflow/training-step.js';
import type {InferenceTimes} from '../runs/events.js';
import {batchesOf, type BatchPlan} from './batches.js';
import type {TrainingContext} from './context.js';

/** The first passes of a size allocate and compile: they are not counted. */
const WARM_UP = 3;
/** The median of so many, or of as many as fit the budget. */
const PASSES = 21;
const LEAST_PASSES = 3;
const BUDGET_MS = 500;

/**
 * How long trained weights take to answer: from the bytes of images in memory to the probabilities
 * of all heads, for one image and for a batch. Decoding is not in it. A median, so that another
 * program's turn does not count.
 *
 * @param plan The images to ask about; the batch is its first.
 * @returns    undefined when told to stop, and without images.
 */
export async function measureInference(
  step: TrainingStep,
  plan: BatchPlan,
  {clock, control}: Pick<TrainingContext, 'clock' | 'control'>,
): Promise<InferenceTimes | undefined> {
  for await (const batch of batchesOf(plan)) {
    const median = async (measured: Batch): Promise<number | undefined> => {
      for (let pass = 0; pass < WARM_UP; pass++) await step.evaluateBatch(measured);
      const startedMs = clock();
      const times: number[] = [];
      while (
        times.length < LEAST_PASSES ||
        (times.length < PASSES && clock() - startedMs < BUDGET_MS)
      ) {
        await yieldToMessages();
        if (control.shouldStop) return undefined;
        const beforeMs = clock();
        await step.evaluateBatch(measured);
        times.push(clock() - beforeMs);
      }
      return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
    };
    const imageMs = await median(firstImage(batch));
    const batchMs = imageMs === undefined ? undefined : await median(batch);
    if (imageMs === undefined || batchMs === undefined) return undefined;
    return {imageMs, batchMs, batchImages: batch.size};
  }
  return undefined;
}

function firstImage({images, labels, size}: Batch): Batch {
  return {
    images: images.subarray(0, images.length / size),
    labels: labels.subarray(0, labels.length / size),
    size: 1,
  };
}
