import type {Tensor, Tensor2D} from '@tensorflow/tfjs';
import {headsOfColumns} from './head-columns.js';
import {lossColumns, type HeadLoss} from './head-loss.js';
import type {NetworkOutput, NetworkVariable} from './network.js';
import type {TensorFlow} from './types.js';

/** Decides the weight of each head from the inner products of their gradients: [heads * heads]. */
export type Weigh = (products: () => ArrayLike<number>) => readonly number[];

/**
 * The logits of each head, for a loss that is the plain sum over the heads. Backwards, the layers below get the
 * gradient in which every head counts as it is weighed; each head's own weights get the gradient of its own
 * loss. `training.lossWeights` multiply both. `graph/head-gradients.ts` says how the products are computed.
 *
 * @param features Values of the layer that all heads are on: [batch, width].
 * @returns        [batch, columns] of each head.
 */
export function balancedLogits(
  tf: TensorFlow,
  features: Tensor2D,
  outputs: readonly NetworkOutput<NetworkVariable>[],
  losses: readonly HeadLoss[],
  weigh: Weigh,
): Tensor2D[] {
  const joined = (of: 'kernel' | 'bias', axis: number): Tensor =>
    tf.concat(
      outputs.map(output => output[of].variable.read()),
      axis,
    );
  const columns = headsOfColumns(lossColumns(losses));
  const ofColumns = (numberOf: (head: number) => number): Tensor =>
    tf.tensor1d(columns.map(numberOf));
  const product = tf.customGrad((input, weights, shift, save) => {
    (save as (tensors: Tensor[]) => void)([input as Tensor, weights as Tensor]);
    return {
      value: tf.matMul(input as Tensor2D, weights as Tensor2D).add<Tensor2D>(shift as Tensor),
      gradFunc: (gradient: Tensor2D, [x, w]: Tensor[]) => {
        const products = (): ArrayLike<number> => {
          const byColumns = crossProducts(tf, gradient).mul<Tensor2D>(
            crossProducts(tf, w as Tensor2D),
          );
          const heads = tf
            .oneHot(tf.tensor1d(columns, 'int32'), losses.length)
            .toFloat() as Tensor2D;
          return tf.matMul(heads, byColumns.matMul<Tensor2D>(heads), true).dataSync();
        };
        const ofHeads = weigh(products);
        const plain = gradient.mul<Tensor2D>(ofColumns(head => losses[head]!.weight));
        const below = plain.mul<Tensor2D>(ofColumns(head => ofHeads[head]!));
        return [
          tf.matMul(below, w as Tensor2D, false, true),
          tf.matMul(x as Tensor2D, plain, true),
          plain.sum(0),
        ];
      },
    };
  });
  const logits = product(features, joined('kernel', 1), joined('bias', 0));
  return columnsOf(
    logits,
    outputs.flatMap(output => output.columns),
  );
}

function crossProducts(tf: TensorFlow, columns: Tensor2D): Tensor2D {
  return tf.matMul(columns, columns, true);
}

/** The columns of each head. @param columns Their numbers. */
export function columnsOf(logits: Tensor2D, columns: readonly number[]): Tensor2D[] {
  if (columns.length === 1) return [logits];
  let from = 0;
  return columns.map(count => {
    from += count;
    return logits.slice([0, from - count], [-1, count]);
  });
}

export function sumOf(values: readonly Tensor[]): Tensor {
  return values.reduce((sum, value) => sum.add(value));
}
