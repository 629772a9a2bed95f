import type {Scalar, Tensor, Tensor2D} from '@tensorflow/tfjs';
import {cosines, lookAhead, productsOf} from './head-affinity.js';
import {headResult} from './layers-loss.js';
import type {Batch, StepOptions} from './training-step.js';

type MeasuredBatch = {
  readonly batch: Batch;
  readonly learningRate: number;
  /** Weights of the heads where they are balanced. */
  readonly weights: readonly number[] | undefined;
};

/**
 * Compares the heads on a batch, by the gradients by their logits, which tfjs derives.
 *
 * @param logits Of each head: [batch, classes]; none where nothing was asked for.
 * @returns      [heads * heads], as `cosines` or `lookAhead`; undefined where nothing was asked for.
 */
export function affinityOf(
  {tf, network, losses, affinity}: StepOptions,
  logits: readonly Tensor2D[],
  {batch, learningRate, weights}: MeasuredBatch,
): Float64Array | undefined {
  if (affinity === undefined || logits.length === 0) return undefined;
  const gradients = logits.map((values, head) => {
    const loss = losses[head]!;
    const weight = loss.weight * (weights?.[head] ?? 1);
    const weighted = (given: Tensor): Scalar =>
      headResult(tf, loss, given as Tensor2D, batch, head)
        .loss.mul(weight)
        .asScalar();
    return tf.grad(weighted)(values);
  });
  const kernels = network.outputs.map(({kernel}) => kernel.variable.read());
  const kernel = tf.concat(kernels, 1);
  const shared = {
    logits: valuesOf(tf.concat([...logits], 1)),
    gradient: valuesOf(tf.concat(gradients, 1)),
    kernelProducts: valuesOf(tf.matMul(kernel, kernel, true, false)),
    labels: batch.labels,
    mixed: batch.mixed,
  };
  return affinity === 'tag'
    ? lookAhead(shared, losses, learningRate)
    : cosines(productsOf(shared, losses));
}

function valuesOf(tensor: Tensor): Float32Array {
  return Float32Array.from(tensor.dataSync());
}
