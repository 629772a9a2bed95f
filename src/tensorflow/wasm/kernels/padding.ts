import type {KernelConfig, TensorInfo} from '@tensorflow/tfjs';
import type {TensorFlow} from '../../types.js';
import type {ConvolutionAttributes} from './kernel.js';

/**
 * A convolution whose `same` padding is spelled out in rows and columns. Told `same`, the wasm
 * backend 4.22.0 gives zeros, without a word, for many strides larger than the kernel.
 */
export function spelledPadding(tf: TensorFlow, kernelName: 'Conv2D' | 'FusedConv2D'): KernelConfig {
  const own = tf.getKernel(kernelName, 'wasm');
  return {
    ...own,
    kernelFunc: call => {
      const {x, filter} = call.inputs as {x: TensorInfo; filter: TensorInfo};
      const attributes = call.attrs as unknown as ConvolutionAttributes & {
        readonly dilations: number | [number, number];
      };
      if (attributes.pad !== 'same') return own.kernelFunc(call);
      const {padInfo} = tf.backend_util.computeConv2DInfo(
        x.shape as [number, number, number, number],
        filter.shape as [number, number, number, number],
        attributes.strides as [number, number],
        attributes.dilations,
        'same',
      );
      const pad = [
        [0, 0],
        [padInfo.top, padInfo.bottom],
        [padInfo.left, padInfo.right],
        [0, 0],
      ];
      return own.kernelFunc({...call, attrs: {...call.attrs, pad}});
    },
  };
}
