import type {KernelBackend, TensorInfo} from '@tensorflow/tfjs';
import type {TensorFlow} from '../../types.js';

/** Calls kernels that the wasm backend has, and frees what lies between them. */
export class Kernels {
  readonly #tf: TensorFlow;
  readonly #backend: KernelBackend;
  readonly #made: TensorInfo[] = [];

  constructor(tf: TensorFlow, backend: KernelBackend) {
    this.#tf = tf;
    this.#backend = backend;
  }

  /** The result is freed by `finish`, unless it is what is kept. */
  call(
    name: string,
    inputs: Readonly<Record<string, TensorInfo>>,
    attrs: Readonly<Record<string, unknown>>,
  ): TensorInfo {
    const kernel = this.#tf.getKernel(name, 'wasm');
    const result = kernel.kernelFunc({
      inputs: {...inputs},
      backend: this.#backend,
      attrs: {...attrs} as NonNullable<Parameters<typeof kernel.kernelFunc>[0]['attrs']>,
    }) as TensorInfo;
    this.#made.push(result);
    return result;
  }

  transpose(x: TensorInfo, perm: readonly number[]): TensorInfo {
    return this.call('Transpose', {x}, {perm});
  }

  /** Frees all results but one. */
  finish(kept: TensorInfo): TensorInfo {
    for (const {dataId} of this.#made)
      if (dataId !== kept.dataId) this.#backend.disposeData(dataId);
    return kept;
  }
}

/** What all kernels of a convolution are told. */
export type ConvolutionAttributes = {
  readonly strides: number | readonly [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
};

/** One spatial axis of a convolution. */
export type Axis = {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly before: number;
};

/** Height and width of a convolution, with TensorFlow's padding. */
export function axesOf(
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
