import {setImmediate as yieldToMessages} from 'node:timers/promises';
import type {Batch, TrainingStep} from '../tensorflow/training-step.js';
import type {InferenceTimes, SplitMetrics} from '../runs/events.js';
import {batchesOf, type BatchPlan} from './batches.js';
import type {TrainingContext, TrainingControl} from './context.js';
import {MetricSums} from './metrics.js';

export type EvaluationResult = {
  readonly metrics: SplitMetrics;
  /** See `Evaluation`: for each image and head, image by image: [count * heads]. */
  readonly probabilities: Float32Array;
  /** The most probable class, likewise; undefined where all heads have two. */
  readonly predicted?: Uint8Array | undefined;
};

/** Metrics and probabilities over a whole set, in the order of the plan; undefined when stopped. */
export async function evaluate(
  step: TrainingStep,
  heads: readonly string[],
  plan: BatchPlan,
  control: TrainingControl,
): Promise<EvaluationResult | undefined> {
  const sums = new MetricSums(heads);
  let predicted: Uint8Array | undefined;
  const probabilities = await ofSet(plan, heads, control, async (batch, at) => {
    const result = await step.evaluateBatch(batch);
    sums.add(result, batch);
    if (result.predicted !== undefined) {
      predicted ??= new Uint8Array(plan.order.length * heads.length);
      predicted.set(result.predicted, at);
    }
    return result.probabilities;
  });
  return probabilities && {metrics: sums.means(), probabilities, predicted};
}

/** Log-odds over a whole set, image by image: [count * heads]; undefined when stopped. */
export function evaluateLogOdds(
  step: TrainingStep,
  heads: readonly string[],
  plan: BatchPlan,
  control: TrainingControl,
): Promise<Float32Array | undefined> {
  return ofSet(plan, heads, control, batch => step.logOdds(batch));
}

/**
 * A number for each image and head of a whole set: [count * heads]; undefined when stopped.
 *
 * @param ofBatch Gives those of a batch, which are to be put at a position.
 */
async function ofSet(
  plan: BatchPlan,
  heads: readonly string[],
  control: TrainingControl,
  ofBatch: (batch: Batch, at: number) => Promise<Float32Array>,
): Promise<Float32Array | undefined> {
  const values = new Float32Array(plan.order.length * heads.length);
  let at = 0;
  for await (const batch of batchesOf(plan)) {
    if (control.shouldStop) return undefined;
    const numbers = await ofBatch(batch, at);
    values.set(numbers, at);
    at += numbers.length;
    await yieldToMessages();
  }
  return values;
}

/** The first passes of a size allocate and compile: they do not count. */
const WARM_UP = 3;
/** The median is of this many passes, or of as many as fit the budget. */
const PASSES = 21;
const MIN_PASSES = 3;
const BUDGET_MS = 500;

/**
 * Measures how long trained weights take to predict: from the bytes of images in memory to the
 * probabilities of all heads, for one image and for a batch. Decoding is not included. Takes medians,
 * so that other programs disturb less.
 *
 * @param plan The images; the batch is its first.
 * @returns    undefined when stopped, and without images.
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
        times.length < MIN_PASSES ||
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
