import type {KernelBackend, KernelConfig, TensorInfo} from '@tensorflow/tfjs';
import type {TensorFlow} from '../../types.js';
import {axesOf, Kernels, type Axis, type ConvolutionAttributes} from './kernel.js';

/**
 * Gradient of a convolution by its input. The wasm backend's own kernel is a plain loop; where the
 * stride is 1, it is a convolution of the gradient by the kernel turned around, which is many
 * times as fast.
 *
 * dy: [batch, ., ., out]; filter: [kernel, kernel, in, out]; result: [batch, height, width, in].
 */
export function inputGradient(tf: TensorFlow): KernelConfig {
  const own = tf.getKernel('Conv2DBackpropInput', 'wasm');
  return {
    ...own,
    kernelFunc: call => {
      const {dy, filter} = call.inputs as {dy: TensorInfo; filter: TensorInfo};
      const attributes = call.attrs as unknown as ConvolutionAttributes & {inputShape: number[]};
      const axes = axesOf(tf, attributes.inputShape, filter.shape, attributes);
      const pads = axes.map(borders);
      if (axes.some(({stride}) => stride !== 1) || pads.flat().some(pad => pad < 0))
        return own.kernelFunc(call);
      const kernels = new Kernels(tf, call.backend as KernelBackend);
      const turned = kernels.call('Reverse', {x: filter}, {dims: [0, 1]});
      const exchanged = kernels.transpose(turned, [0, 1, 3, 2]);
      return kernels.finish(
        kernels.call(
          'Conv2D',
          {x: dy, filter: exchanged},
          {
            strides: [1, 1],
            dilations: [1, 1],
            pad: [[0, 0], ...pads, [0, 0]],
            dataFormat: 'NHWC',
          },
        ),
      );
    },
  };
}

function borders({input, output, kernel, before}: Axis): [number, number] {
  const first = kernel - 1 - before;
  return [first, input - output + kernel - 1 - first];
}
