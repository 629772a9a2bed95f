import type {KernelBackend, KernelConfig, TensorInfo} from '@tensorflow/tfjs';
import type {TensorFlow} from '../types.js';
import {windowRange, type WindowRange} from './windows.js';

type Attributes = {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
};

/**
 * Gradient of average pooling: each window hands out its gradient in equal parts to the values that
 * it is the mean of. The kernels of tfjs 4.22.0 (wasm and cpu) divide by the size of the whole
 * window, although the mean at the border is over what lies within the image.
 *
 * input: [batch, height, width, channels]; dy: [batch, ., ., channels].
 */
export function averagePoolingGradient(tf: TensorFlow, backendName: 'wasm' | 'cpu'): KernelConfig {
  return {
    kernelName: 'AvgPoolGrad',
    backendName,
    kernelFunc: ({inputs, attrs, backend}) => {
      const {dy, input} = inputs as {dy: TensorInfo; input: TensorInfo};
      const {filterSize, strides, pad, dimRoundingMode} = attrs as unknown as Attributes;
      const shape = input.shape as [number, number, number, number];
      const pooling = tf.backend_util.computePool2DInfo(
        shape,
        filterSize,
        strides,
        1,
        pad,
        dimRoundingMode,
      );
      const {batchSize, outHeight, outWidth, inHeight, inWidth, inChannels, padInfo} = pooling;
      const ranges = (
        count: number,
        stride: number,
        size: number,
        before: number,
        limit: number,
      ): WindowRange[] =>
        Array.from({length: count}, (_, position) =>
          windowRange(position, {stride, size, before, limit}),
        );
      const {strideHeight, strideWidth, filterHeight, filterWidth} = pooling;
      const rows = ranges(outHeight, strideHeight, filterHeight, padInfo.top, inHeight);
      const columns = ranges(outWidth, strideWidth, filterWidth, padInfo.left, inWidth);
      const memory = backend as KernelBackend;
      const incoming = memory.readSync(dy.dataId) as Float32Array;
      const gradient = new Float32Array(shape.reduce((product, side) => product * side, 1));
      for (let image = 0, window = 0; image < batchSize; image++) {
        const start = image * inHeight * inWidth;
        for (const range of rows) {
          for (const across of columns) {
            const values = incoming.subarray(window, window + inChannels);
            spread(gradient, values, start, range, across, inWidth);
            window += inChannels;
          }
        }
      }
      return {dataId: memory.write(gradient, shape, 'float32'), shape, dtype: 'float32'};
    },
  };
}

/**
 * Adds one window's gradient, all channels, to the pixels under the window.
 *
 * @param start Pixels before those of this image.
 */
function spread(
  gradient: Float32Array,
  window: Float32Array,
  start: number,
  [top, bottom]: WindowRange,
  [left, right]: WindowRange,
  width: number,
): void {
  const part = 1 / ((bottom - top) * (right - left));
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const at = (start + row * width + column) * window.length;
      for (let channel = 0; channel < window.length; channel++)
        gradient[at + channel]! += window[channel]! * part;
    }
  }
}
