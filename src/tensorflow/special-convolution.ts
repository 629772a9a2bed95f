import type {Tensor, Tensor4D} from '@tensorflow/tfjs';
import type {Conv2dOptions} from '../model/layers/conv2d.js';
import {depthwiseWindows} from '../model/layers/depthwise-conv2d.js';
import type {LayerDefinition} from '../model/layers/layers.js';
import type {Sides} from '../model/layers/layer-kind.js';
import {bothSides} from '../model/layers/windows.js';
import type {TensorFlow} from './types.js';

/**
 * Convolves with a gradient of its own, where that of tfjs is missing or ends the process.
 *
 * @param input   [batch, height, width, channels]
 * @param weights The layer's; the kernels come first.
 * @returns       The product, without bias and activation; undefined for other layers, and where the
 *   gradient of tfjs works.
 */
export function specialConvolution(
  tf: TensorFlow,
  {kind, options}: LayerDefinition,
  input: Tensor4D,
  weights: readonly Tensor[],
): Tensor | undefined {
  const [first, second] = weights as readonly [Tensor4D, Tensor4D];
  if (kind === 'conv2d') return specialPlain(tf, options, input, first);
  if (tf.getBackend() !== 'wasm') return undefined;
  if (kind === 'depthwiseConv2d') return depthwise(tf, options, input, first);
  if (kind !== 'separableConv2d') return undefined;
  return tf.conv2d(depthwise(tf, options, input, first), second, 1, 'valid');
}

/**
 * Convolves each channel by itself, as a convolution whose kernel is zero between different channels: the
 * wasm backend has no gradient of the other way.
 */
function depthwise(
  tf: TensorFlow,
  options: Parameters<typeof depthwiseWindows>[0],
  input: Tensor4D,
  kernel: Tensor4D,
): Tensor4D {
  const [height, width, channels, multiplier] = kernel.shape;
  const outputs = channels * multiplier;
  const isOwn = tf.eye(channels).expandDims(2).tile([1, 1, multiplier]);
  const whole = kernel
    .reshape([height, width, 1, outputs])
    .mul<Tensor4D>(isOwn.reshape([1, 1, channels, outputs]));
  const {stride, padding} = depthwiseWindows(options);
  return tf.conv2d(input, whole, [...stride], padding);
}

function specialPlain(
  tf: TensorFlow,
  options: Conv2dOptions,
  input: Tensor4D,
  kernel: Tensor4D,
): Tensor | undefined {
  const [strides, dilation] = [bothSides(options.stride), bothSides(options.dilation)];
  const isStrided = strides.some(step => step > 1);
  if (!isStrided && dilation.some(step => step > 1)) {
    const padded = options.padding === 'same' ? padSame(tf, input, kernel, dilation) : input;
    return dilatedConvolution(tf, padded, kernel, dilation);
  }
  const isPointwise = bothSides(options.kernel).every(side => side === 1);
  return isStrided && isPointwise ? pointwiseConvolution(tf, input, kernel, strides) : undefined;
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

/**
 * A dilated convolution without padding, whose gradient tfjs lacks. It is made of two convolutions: by
 * the input, that of the gradient with the rotated kernel and the same dilation; by the kernel, that
 * of the input with the gradient, with strides instead of the dilation.
 */
function dilatedConvolution(
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
        const rotated = oldKernel.reverse([0, 1]).transpose<Tensor4D>([0, 1, 3, 2]);
        const byInput = () => tf.conv2d(tf.pad4d(g, borders), rotated, 1, 'valid', 'NHWC', steps);
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

/**
 * A 1x1 convolution with strides. The gradient by its kernel is the product of two matrices: the pixels
 * that its windows use, and the gradient. `graph/ops/convolution.ts` says why it is not oneDNN's.
 */
function pointwiseConvolution(
  tf: TensorFlow,
  input: Tensor4D,
  kernel: Tensor4D,
  [rows, columns]: Sides,
): Tensor {
  const strides: [number, number] = [rows, columns];
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
  return convolve(input, kernel);
}
