import type {Tensor, Tensor4D} from '@tensorflow/tfjs';
import {biasAndActivation} from './bias-and-activation.js';
import type {NetworkLayer} from './network.js';
import type {TensorFlow} from './types.js';

type Sides = readonly [height: number, width: number];

/** Whether a layer is a convolution with gaps between its taps; with strides too, tfjs refuses it. */
export function isDilated({type, config}: NetworkLayer): boolean {
  const isStrided = [config['strides'] ?? 1].flat().some(step => step !== 1);
  return type === 'Conv2D' && !isStrided && dilationOf(config).some(step => step > 1);
}

/**
 * A dilated convolution with bias and activation. tfjs computes it, but refuses its gradient; here
 * that is made of two convolutions: by the input, the gradient by the kernel turned around, with
 * the same gaps; by the kernel, the input by the gradient, with strides in place of gaps.
 *
 * @param input [batch, height, width, channels]
 */
export function applyDilated(tf: TensorFlow, entry: NetworkLayer, input: Tensor4D): Tensor {
  const {config, weights} = entry;
  const kernel = weights[0]?.variable.read() as Tensor4D;
  const dilation = dilationOf(config);
  const padded = config['padding'] === 'same' ? padSame(tf, input, kernel, dilation) : input;
  return biasAndActivation(entry, validConvolution(tf, padded, kernel, dilation));
}

function dilationOf(config: NetworkLayer['config']): Sides {
  const [height, width] = [config['dilationRate'] ?? 1].flat() as number[];
  return [height ?? 1, width ?? height ?? 1];
}

function padSame(tf: TensorFlow, input: Tensor4D, kernel: Tensor4D, dilation: Sides): Tensor4D {
  const [top, left] = reach(kernel, dilation).map(rows => Math.floor(rows / 2)) as [number, number];
  const [height, width] = reach(kernel, dilation);
  return tf.pad4d(input, [
    [0, 0],
    [top, height - top],
    [left, width - left],
    [0, 0],
  ]);
}

/** Rows and columns from the first to the last tap. */
function reach({shape}: Tensor4D, dilation: Sides): Sides {
  return [(shape[0] - 1) * dilation[0], (shape[1] - 1) * dilation[1]];
}

function validConvolution(
  tf: TensorFlow,
  input: Tensor4D,
  kernel: Tensor4D,
  dilation: Sides,
): Tensor4D {
  const steps: [number, number] = [...dilation];
  const convolve = tf.customGrad((x, k, save) => {
    (save as unknown as (tensors: unknown[]) => void)([x, k]);
    return {
      value: tf.conv2d(x as Tensor4D, k as Tensor4D, 1, 'valid', 'NHWC', steps),
      gradFunc: (gradient: Tensor, saved: Tensor[]) => {
        const [oldInput, oldKernel] = saved as [Tensor4D, Tensor4D];
        const g = gradient as Tensor4D;
        const [height, width] = reach(oldKernel, dilation);
        const borders: [[number, number], [number, number], [number, number], [number, number]] = [
          [0, 0],
          [height, height],
          [width, width],
          [0, 0],
        ];
        const turned = oldKernel.reverse([0, 1]).transpose<Tensor4D>([0, 1, 3, 2]);
        const byInput = () => tf.conv2d(tf.pad4d(g, borders), turned, 1, 'valid', 'NHWC', steps);
        const byKernel = () =>
          tf
            .conv2d(
              oldInput.transpose<Tensor4D>([3, 1, 2, 0]),
              g.transpose<Tensor4D>([1, 2, 0, 3]),
              steps,
              'valid',
            )
            .transpose([1, 2, 0, 3]);
        return [byInput(), byKernel()];
      },
    };
  });
  return convolve(input, kernel);
}
