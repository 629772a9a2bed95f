import type {Tensor, Tensor4D} from '@tensorflow/tfjs';
import {biasAndActivation} from './bias-and-activation.js';
import type {NetworkLayer} from './network.js';
import type {TensorFlow} from './types.js';

/** Whether a layer is a 1x1 convolution with a stride over 1. */
export function isStridedPointwise({type, config}: NetworkLayer): boolean {
  return (
    type === 'Conv2D' &&
    [config['kernelSize']].flat().every(side => side === 1) &&
    stridesOf(config).some(step => step > 1)
  );
}

/**
 * A 1x1 convolution with strides, bias and activation. The gradient by its kernel is the product of
 * two matrices, of the pixels that it looks at and of the gradient; oneDNN's own writes past its
 * memory (TensorFlow 2.21) where both sides are multiples of the stride, channels and filters are
 * few, and the batch is not spread evenly over the threads: the process dies.
 *
 * @param input [batch, height, width, channels]
 */
export function applyStridedPointwise(
  tf: TensorFlow,
  entry: NetworkLayer,
  input: Tensor4D,
): Tensor {
  const kernel = entry.weights[0]?.variable.read() as Tensor4D;
  const strides = stridesOf(entry.config);
  const [rows, columns] = strides;
  const convolve = tf.customGrad((x, k, save) => {
    (save as unknown as (tensors: unknown[]) => void)([x, k]);
    return {
      // Same padding adds nothing to a 1x1 kernel.
      value: tf.conv2d(x as Tensor4D, k as Tensor4D, strides, 'valid'),
      gradFunc: (gradient: Tensor, saved: Tensor[]) => {
        const [oldInput, oldKernel] = saved as [Tensor4D, Tensor4D];
        const [, , channels, filters] = oldKernel.shape;
        const pixels = tf.stridedSlice(oldInput, [0, 0, 0, 0], oldInput.shape, [
          1,
          rows,
          columns,
          1,
        ]);
        const byKernel = tf.matMul(
          pixels.reshape([-1, channels]),
          gradient.reshape([-1, filters]),
          true,
        );
        return [
          tf.conv2dTranspose(gradient as Tensor4D, oldKernel, oldInput.shape, strides, 'valid'),
          byKernel.reshape(oldKernel.shape),
        ];
      },
    };
  });
  return biasAndActivation(entry, convolve(input, kernel));
}

function stridesOf(config: NetworkLayer['config']): [height: number, width: number] {
  const [height, width] = [config['strides'] ?? 1].flat() as number[];
  return [height ?? 1, width ?? height ?? 1];
}
