import {setImmediate as yieldToMessages} from 'node:timers/promises';
import type {TrainingStep} from '../tensorflow/training-step.js';
import type {SplitMetrics} from '../runs/events.js';
import {batchesOf, type BatchPlan} from './batches.js';
import type {TrainingControl} from './control.js';
import {MetricSums} from './metrics.js';

type EvaluationResult = {
  readonly metrics: SplitMetrics;
  /** Probability of 1 for each image and head, image by image: [count * heads]. */
  readonly probabilities: Float32Array;
};

/** Metrics and probabilities over a whole set, in the order of the plan; undefined when told to stop. */
export async function evaluate(
  step: TrainingStep,
  heads: readonly string[],
  plan: BatchPlan,
  control: TrainingControl,
): Promise<EvaluationResult | undefined> {
  const sums = new MetricSums(heads);
  const probabilities = new Float32Array(plan.order.length * heads.length);
  let filled = 0;
  for await (const batch of batchesOf(plan)) {
    if (control.shouldStop) return undefined;
    const result = await step.evaluateBatch(batch);
    sums.add(result, batch.size);
    probabilities.set(result.probabilities, filled);
    filled += result.probabilities.length;
    await yieldToMessages();
  }
  return {metrics: sums.means(), probabilities};
}
