import type {KernelConfig, TensorInfo} from '@tensorflow/tfjs';
import {windowRange, type WindowRange} from '../../kernels/windows.js';
import type {TensorFlow} from '../../types.js';

type Memory = {
  makeOutput(shape: readonly number[], dtype: 'float32'): TensorInfo;
  /** A view: it ends with the next allocation. */
  typedArrayFromHeap(info: TensorInfo): Float32Array;
};

type Attributes = {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
};

/**
 * Gradient of max pooling: it goes to where the largest value of each window was, the first where
 * several are. The kernel of the wasm backend 4.22.0 loses it where no value of a window is
 * positive.
 *
 * input: [batch, height, width, channels]; dy: [batch, ., ., channels].
 */
export function maxPoolingGradient(tf: TensorFlow): KernelConfig {
  return {
    kernelName: 'MaxPoolGrad',
    backendName: 'wasm',
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
      const memory = backend as Memory;
      const result = memory.makeOutput(shape, 'float32');
      const gradient = memory.typedArrayFromHeap(result);
      gradient.fill(0);
      const values = memory.typedArrayFromHeap(input);
      const incoming = memory.typedArrayFromHeap(dy);
      for (let image = 0, at = 0; image < pooling.batchSize; image++) {
        for (let row = 0; row < pooling.outHeight; row++) {
          const rows = windowRange(row, {
            stride: pooling.strideHeight,
            size: pooling.filterHeight,
            before: pooling.padInfo.top,
            limit: pooling.inHeight,
          });
          for (let column = 0; column < pooling.outWidth; column++) {
            const columns = windowRange(column, {
              stride: pooling.strideWidth,
              size: pooling.filterWidth,
              before: pooling.padInfo.left,
              limit: pooling.inWidth,
            });
            for (let channel = 0; channel < pooling.inChannels; channel++, at++) {
              const largest = largestOf(values, rows, columns, {
                start: image * pooling.inHeight * pooling.inWidth * pooling.inChannels + channel,
                width: pooling.inWidth,
                channels: pooling.inChannels,
              });
              gradient[largest]! += incoming[at]!;
            }
          }
        }
      }
      return result;
    },
  };
}

/** Where the largest value of a window of one channel is. */
function largestOf(
  values: Float32Array,
  [top, bottom]: WindowRange,
  [left, right]: WindowRange,
  {
    start,
    width,
    channels,
  }: {readonly start: number; readonly width: number; readonly channels: number},
): number {
  let largest = start + (top * width + left) * channels;
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      const place = start + (row * width + column) * channels;
      if (values[place]! > values[largest]!) largest = place;
    }
  }
  return largest;
}
