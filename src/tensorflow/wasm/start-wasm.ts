import path from 'node:path';
import {UserError} from '../../util/user-error.js';
import {averagePoolingGradient} from '../kernels/average-pooling-gradient.js';
import {replaceKernels} from '../kernels/replace-kernels.js';
import type {TensorFlow} from '../types.js';
import {filterGradient} from './kernels/filter-gradient.js';
import {inputGradient} from './kernels/input-gradient.js';
import {spelledPadding} from './kernels/padding.js';
import {maxPoolingGradient} from './kernels/pooling-gradient.js';
import {
  letThreadsEnd,
  startThreadedModule,
  type ModuleFactory,
  type WasmModule,
} from './threaded-module.js';

/** What is used of the package `@tensorflow/tfjs-backend-wasm`. */
export type WasmPackage = {
  readonly BackendWasm: new (module: WasmModule) => InstanceType<TensorFlow['KernelBackend']>;
  setThreadsCount(threads: number): void;
  getThreadsCount(): number;
};

type WasmParts = {
  readonly tf: TensorFlow;
  readonly wasm: WasmPackage;
  readonly factory: ModuleFactory;
  /** Where the package keeps its modules. */
  readonly folder: string;
  /** 1 or more. */
  readonly threads: number;
};

/**
 * Starts the wasm backend with SIMD and threads, and gives it the kernels that training needs.
 *
 * @returns How many threads it has.
 */
export async function startWasm({tf, wasm, factory, folder, threads}: WasmParts): Promise<number> {
  // Before the backend starts; the number is asked for in its constructor.
  wasm.setThreadsCount(threads);
  const module = await startThreadedModule(factory, path.resolve(folder), threads);
  assertMemory(module);
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', () => new wasm.BackendWasm(module));
  if (!(await tf.setBackend('wasm'))) throw new Error('the backend did not start');
  await tf.ready();
  letThreadsEnd(module);
  registerKernels(tf);
  return wasm.getThreadsCount();
}

/** What the backend lacks, does wrongly or does slowly. */
function registerKernels(tf: TensorFlow): void {
  replaceKernels(tf, [
    spelledPadding(tf, 'Conv2D'),
    spelledPadding(tf, 'FusedConv2D'),
    inputGradient(tf),
    filterGradient(tf),
    maxPoolingGradient(tf),
    averagePoolingGradient(tf, 'wasm'),
  ]);
}

/** The backend takes a failed allocation for an address, and would write there. */
function assertMemory(module: WasmModule): void {
  const allocate = module._malloc.bind(module);
  module._malloc = bytes => {
    const address = allocate(bytes);
    if (address !== 0) return address;
    throw new UserError(
      `The wasm backend has no memory left for ${bytes} bytes. Expected all tensors in 4 GiB.`,
      {hint: 'Use a smaller training.batchSize or smaller images.', exitCode: 4},
    );
  };
}
