import type {KernelBackend, KernelConfig, TensorInfo} from '@tensorflow/tfjs';
import type {TensorFlow} from '../types.js';

/**
 * Gradient of a convolution by its kernel, which the wasm backend lacks. It is itself a convolution:
 * of the input with the output's gradient, both with batch and channels exchanged; the stride becomes
 * the dilation (Goodfellow et al. 2016, 9.5).
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
          pad: [[0, 0], ...axes.map(filterBorders), [0, 0]],
          dataFormat: 'NHWC',
        },
      );
      const [height, width] = axes;
      // Input rows outside of all windows would become additional rows of the kernel.
      const size = [whole.shape[0], height.kernel, width.kernel, whole.shape[3]];
      const isLarger = whole.shape[1] !== size[1] || whole.shape[2] !== size[2];
      const kernel = isLarger
        ? kernels.call('Slice', {x: whole}, {begin: [0, 0, 0, 0], size})
        : whole;
      return kernels.finish(kernels.transpose(kernel, [1, 2, 0, 3]));
    },
  };
}

function filterBorders({input, output, kernel, stride, before}: Axis): [number, number] {
  const reached = (output - 1) * stride + kernel;
  return [before, Math.max(0, reached - input - before)];
}

/**
 * Gradient of a convolution by its input. Where the stride is 1, it is a convolution of the gradient
 * with the rotated kernel, many times as fast as the loop of the wasm backend.
 *
 * dy: [batch, ., ., out]; filter: [kernel, kernel, in, out]; result: [batch, height, width, in].
 */
export function inputGradient(tf: TensorFlow): KernelConfig {
  const builtIn = tf.getKernel('Conv2DBackpropInput', 'wasm');
  return {
    ...builtIn,
    kernelFunc: call => {
      const {dy, filter} = call.inputs as {dy: TensorInfo; filter: TensorInfo};
      const attributes = call.attrs as unknown as ConvolutionAttributes & {inputShape: number[]};
      const axes = axesOf(tf, attributes.inputShape, filter.shape, attributes);
      const pads = axes.map(inputBorders);
      if (axes.some(({stride}) => stride !== 1) || pads.flat().some(pad => pad < 0))
        return builtIn.kernelFunc(call);
      const kernels = new Kernels(tf, call.backend as KernelBackend);
      const rotated = kernels.call('Reverse', {x: filter}, {dims: [0, 1]});
      const exchanged = kernels.transpose(rotated, [0, 1, 3, 2]);
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

function inputBorders({input, output, kernel, before}: Axis): [number, number] {
  const first = kernel - 1 - before;
  return [first, input - output + kernel - 1 - first];
}

/**
 * A convolution that replaces `same` padding by numbers of rows and columns. With `same`, the wasm
 * backend 4.22.0 silently returns zeros for many strides larger than the kernel.
 */
export function spelledPadding(
  tf: TensorFlow,
  kernelName: 'Conv2D' | 'FusedConv2D' | 'DepthwiseConv2dNative',
): KernelConfig {
  const builtIn = tf.getKernel(kernelName, 'wasm');
  return {
    ...builtIn,
    kernelFunc: call => {
      const {x, filter} = call.inputs as {x: TensorInfo; filter: TensorInfo};
      const attributes = call.attrs as unknown as ConvolutionAttributes & {
        readonly dilations: number | [number, number] | null;
      };
      if (attributes.pad !== 'same') return builtIn.kernelFunc(call);
      const {padInfo} = tf.backend_util.computeConv2DInfo(
        x.shape as [number, number, number, number],
        filter.shape as [number, number, number, number],
        attributes.strides as [number, number],
        // tfjs's depthwise convolution leaves a dilation of 1 out.
        attributes.dilations ?? 1,
        'same',
      );
      const pad = [
        [0, 0],
        [padInfo.top, padInfo.bottom],
        [padInfo.left, padInfo.right],
        [0, 0],
      ];
      return builtIn.kernelFunc({...call, attrs: {...call.attrs, pad}});
    },
  };
}

/** Calls kernels of the wasm backend, and frees their intermediate results. */
class Kernels {
  readonly #tf: TensorFlow;
  readonly #backend: KernelBackend;
  readonly #results: TensorInfo[] = [];

  constructor(tf: TensorFlow, backend: KernelBackend) {
    this.#tf = tf;
    this.#backend = backend;
  }

  /** Runs a kernel; `finish` frees its result. */
  call(
    name: string,
    inputs: Readonly<Record<string, TensorInfo>>,
    attrs: Readonly<Record<string, unknown>>,
  ): TensorInfo {
    const kernel = this.#tf.getKernel(name, 'wasm');
    const output = kernel.kernelFunc({
      inputs: {...inputs},
      backend: this.#backend,
      attrs: {...attrs} as NonNullable<Parameters<typeof kernel.kernelFunc>[0]['attrs']>,
    }) as TensorInfo;
    this.#results.push(output);
    return output;
  }

  transpose(x: TensorInfo, perm: readonly number[]): TensorInfo {
    return this.call('Transpose', {x}, {perm});
  }

  /** Frees all results but this one. */
  finish(result: TensorInfo): TensorInfo {
    for (const {dataId} of this.#results)
      if (dataId !== result.dataId) this.#backend.disposeData(dataId);
    return result;
  }
}

/** Attributes of every kernel of a convolution. */
type ConvolutionAttributes = {
  readonly strides: number | readonly [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
};

/** One spatial axis of a convolution. */
type Axis = {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly before: number;
};

/** Height and width of a convolution, with TensorFlow's padding. */
function axesOf(
  tf: TensorFlow,
  inputShape: readonly number[],
  kernelShape: readonly number[],
  {strides, pad, dimRoundingMode}: ConvolutionAttributes,
): readonly [Axis, Axis] {
  const info = tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    kernelShape as [number, number, number, number],
    strides as [number, number],
    1,
    pad,
    dimRoundingMode,
  );
  return [
    {
      input: info.inHeight,
      output: info.outHeight,
      kernel: info.filterHeight,
      stride: info.strideHeight,
      before: info.padInfo.top,
    },
    {
      input: info.inWidth,
      output: info.outWidth,
      kernel: info.filterWidth,
      stride: info.strideWidth,
      before: info.padInfo.left,
    },
  ];
}
