import type {KernelBackend, KernelConfig, TensorInfo} from '@tensorflow/tfjs';
import type {TensorFlow} from '../types.js';

type KernelCall = Parameters<KernelConfig['kernelFunc']>[0];

type Attributes = {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
};

/** The rows (or columns) of a window that are within the image; `to` is exclusive. */
type WindowRange = readonly [from: number, to: number];

type Pooling = {
  /** [batch, height, width, channels] of the input. */
  readonly shape: [number, number, number, number];
  /** Rows and columns of all windows, without padding. */
  readonly rows: readonly WindowRange[];
  readonly columns: readonly WindowRange[];
};

function poolingOf(tf: TensorFlow, {inputs, attrs}: KernelCall): Pooling {
  const {input} = inputs as {input: TensorInfo};
  const {filterSize, strides, pad, dimRoundingMode} = attrs as unknown as Attributes;
  const shape = input.shape as [number, number, number, number];
  const info = tf.backend_util.computePool2DInfo(
    shape,
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const ranges = (
    count: number,
    stride: number,
    size: number,
    before: number,
    limit: number,
  ): WindowRange[] =>
    Array.from({length: count}, (_, position) => {
      const from = position * stride - before;
      return [Math.max(0, from), Math.min(limit, from + size)];
    });
  const {top, left} = info.padInfo;
  return {
    shape,
    rows: ranges(info.outHeight, info.strideHeight, info.filterHeight, top, info.inHeight),
    columns: ranges(info.outWidth, info.strideWidth, info.filterWidth, left, info.inWidth),
  };
}

/**
 * Gradient of average pooling: divides each window's gradient equally among its values. The kernels of
 * tfjs 4.22.0 (wasm and cpu) divide by the size of the whole window, although the mean at the border
 * is over fewer values.
 *
 * input: [batch, height, width, channels]; dy: [batch, ., ., channels].
 */
export function averagePoolingGradient(tf: TensorFlow, backendName: 'wasm' | 'cpu'): KernelConfig {
  return {
    kernelName: 'AvgPoolGrad',
    backendName,
    kernelFunc: call => {
      const {shape, rows, columns} = poolingOf(tf, call);
      const [batch, height, width, channels] = shape;
      const memory = call.backend as KernelBackend;
      const {dy} = call.inputs as {dy: TensorInfo};
      const incoming = memory.readSync(dy.dataId) as Float32Array;
      const gradient = new Float32Array(batch * height * width * channels);
      for (let image = 0, at = 0; image < batch; image++) {
        for (const [top, bottom] of rows) {
          for (const [left, right] of columns) {
            const part = 1 / ((bottom - top) * (right - left));
            for (let row = top; row < bottom; row++) {
              for (let column = left; column < right; column++) {
                const pixel = ((image * height + row) * width + column) * channels;
                for (let channel = 0; channel < channels; channel++)
                  gradient[pixel + channel]! += incoming[at + channel]! * part;
              }
            }
            at += channels;
          }
        }
      }
      return {dataId: memory.write(gradient, shape, 'float32'), shape, dtype: 'float32'};
    },
  };
}

type WasmMemory = {
  makeOutput(shape: readonly number[], dtype: 'float32'): TensorInfo;
  /** A view: it ends with the next allocation. */
  typedArrayFromHeap(info: TensorInfo): Float32Array;
};

/**
 * Gradient of max pooling: passes each window's gradient to its largest value, the first of equals. The
 * kernel of the wasm backend 4.22.0 loses it where no value of a window is positive.
 *
 * input: [batch, height, width, channels]; dy: [batch, ., ., channels].
 */
export function maxPoolingGradient(tf: TensorFlow): KernelConfig {
  return {
    kernelName: 'MaxPoolGrad',
    backendName: 'wasm',
    kernelFunc: call => {
      const {shape, rows, columns} = poolingOf(tf, call);
      const [batch, height, width, channels] = shape;
      const {dy, input} = call.inputs as {dy: TensorInfo; input: TensorInfo};
      const memory = call.backend as WasmMemory;
      const result = memory.makeOutput(shape, 'float32');
      const gradient = memory.typedArrayFromHeap(result);
      gradient.fill(0);
      const values = memory.typedArrayFromHeap(input);
      const incoming = memory.typedArrayFromHeap(dy);
      for (let image = 0, at = 0; image < batch; image++) {
        for (const [top, bottom] of rows) {
          for (const [left, right] of columns) {
            for (let channel = 0; channel < channels; channel++, at++) {
              const place = (row: number, column: number): number =>
                ((image * height + row) * width + column) * channels + channel;
              let largest = place(top, left);
              for (let row = top; row < bottom; row++) {
                for (let column = left; column < right; column++) {
                  const candidate = place(row, column);
                  if (values[candidate]! > values[largest]!) largest = candidate;
                }
              }
              gradient[largest]! += incoming[at]!;
            }
          }
        }
      }
      return result;
    },
  };
}
