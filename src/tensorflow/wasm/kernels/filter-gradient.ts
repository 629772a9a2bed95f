import type {KernelBackend, KernelConfig, TensorInfo} from '@tensorflow/tfjs';
import type {TensorFlow} from '../../types.js';
import {axesOf, Kernels, type Axis, type ConvolutionAttributes} from './kernel.js';

/**
 * Gradient of a convolution by its kernel, which the wasm backend lacks. It is a convolution
 * itself: of the input, with batch and channels exchanged, by the output's gradient, exchanged
 * likewise; the stride becomes the distance between the taps (Goodfellow et al. 2016, 9.5).
 *
 * x: [batch, height, width, in]; dy: [batch, ., ., out]; result: [kernel, kernel, in, out].
 */
export function filterGradient(tf: TensorFlow): KernelConfig {
  return {
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({inputs, attrs, backend}) => {
      const {x, dy} = inputs as {x: TensorInfo; dy: TensorInfo};
      const attributes = attrs as unknown as ConvolutionAttributes & {filterShape: number[]};
      const axes = axesOf(tf, x.shape, attributes.filterShape, attributes);
      const kernels = new Kernels(tf, backend as KernelBackend);
      const channelsAsBatch = kernels.transpose(x, [3, 1, 2, 0]);
      const gradientAsKernel = kernels.transpose(dy, [1, 2, 0, 3]);
      const whole = kernels.call(
        'Conv2D',
        {x: channelsAsBatch, filter: gradientAsKernel},
        {
          strides: [1, 1],
          dilations: axes.map(({stride}) => stride),
          pad: [[0, 0], ...axes.map(borders), [0, 0]],
          dataFormat: 'NHWC',
        },
      );
      const [height, width] = axes;
      // Rows that no window reached would become rows of the kernel.
      const size = [whole.shape[0], height.kernel, width.kernel, whole.shape[3]];
      const isLarger = whole.shape[1] !== size[1] || whole.shape[2] !== size[2];
      const kernel = isLarger
        ? kernels.call('Slice', {x: whole}, {begin: [0, 0, 0, 0], size})
        : whole;
      return kernels.finish(kernels.transpose(kernel, [1, 2, 0, 3]));
    },
  };
}

function borders({input, output, kernel, stride, before}: Axis): [number, number] {
  const reached = (output - 1) * stride + kernel;
  return [before, Math.max(0, reached - input - before)];
}
