import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {Worker} from 'node:worker_threads';
import type {KernelConfig} from '@tensorflow/tfjs';
import {programFile} from '../../util/package-file.js';
import {UserError} from '../../util/user-error.js';
import {filterGradient, inputGradient, spelledPadding} from '../kernels/convolution-gradients.js';
import {averagePoolingGradient, maxPoolingGradient} from '../kernels/pooling-gradients.js';
import type {TensorFlow} from '../types.js';

/** The used part of the package `@tensorflow/tfjs-backend-wasm`. */
export type WasmPackage = {
  readonly BackendWasm: new (module: WasmModule) => InstanceType<TensorFlow['KernelBackend']>;
  setThreadsCount(threads: number): void;
  getThreadsCount(): number;
};

type WasmParts = {
  readonly tf: TensorFlow;
  readonly wasm: WasmPackage;
  readonly factory: ModuleFactory;
  /** Folder of the package's modules. */
  readonly folder: string;
  /** 1 or more. */
  readonly threads: number;
};

/**
 * Starts the wasm backend with SIMD and threads, and adds the kernels that training needs.
 *
 * @returns How many threads it has.
 */
export async function startWasm({tf, wasm, factory, folder, threads}: WasmParts): Promise<number> {
  // The backend's constructor reads the number.
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

/** Replaces kernels that the backend lacks, and those that are wrong or slow. */
function registerKernels(tf: TensorFlow): void {
  replaceKernels(tf, [
    spelledPadding(tf, 'Conv2D'),
    spelledPadding(tf, 'FusedConv2D'),
    spelledPadding(tf, 'DepthwiseConv2dNative'),
    inputGradient(tf),
    filterGradient(tf),
    maxPoolingGradient(tf),
    averagePoolingGradient(tf, 'wasm'),
  ]);
}

/** Throws when an allocation fails: the backend would take the 0 for an address and write there. */
function assertMemory(module: WasmModule): void {
  const allocate = module._malloc.bind(module);
  module._malloc = bytes => {
    const address = allocate(bytes);
    if (address !== 0) return address;
    throw new UserError(
      `The wasm backend has no memory left for ${bytes} bytes. All tensors must fit in 4 GiB.`,
      {hint: 'Use a smaller training.batchSize or smaller images.', exitCode: 4},
    );
  };
}

/** The package's own limit. */
const MAX_THREADS = 4;

/** The used part of Emscripten's module. */
type WasmModule = {
  cwrap(name: string, result: 'number' | null, parameters: readonly 'number'[]): unknown;
  _malloc(bytes: number): number;
  readonly PThread: {readonly runningWorkers: readonly Worker[]};
  tfjs?: unknown;
};

type Receive = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;
type ModuleOptions = {
  locateFile(file: string, folder: string): string;
  instantiateWasm(imports: WebAssembly.Imports, receive: Receive): object;
};
export type ModuleFactory = (options: ModuleOptions) => Promise<WasmModule>;

/**
 * Starts the package's module with SIMD and threads. The package itself can start threads only in a
 * browser.
 *
 * @param folder  Folder of the package's modules.
 * @param threads 1 or more; it uses at most four.
 */
async function startThreadedModule(
  factory: ModuleFactory,
  folder: string,
  threads: number,
): Promise<WasmModule> {
  const used = Math.min(threads, MAX_THREADS);
  const binary = await readFile(path.join(folder, 'tfjs-backend-wasm-threaded-simd.wasm'));
  const compiled = await WebAssembly.compile(binary);
  const module = await factory({
    locateFile: (file, prefix) =>
      file.endsWith('.worker.js')
        ? programFile('tensorflow/wasm/thread.js')
        : path.join(prefix, file),
    instantiateWasm: (imports, receive) => {
      // The module uses half of these cores, since it takes two for the threads of one.
      const env = {...imports['env'], emscripten_num_logical_cores: () => 2 * used};
      void WebAssembly.instantiate(compiled, {...imports, env}).then(instance =>
        receive(instance, compiled),
      );
      return {};
    },
  });
  module.tfjs = {
    init: module.cwrap('init', null, []),
    initWithThreadsCount: module.cwrap('init_with_threads_count', null, ['number']),
    getThreadsCount: module.cwrap('get_threads_count', 'number', []),
    registerTensor: module.cwrap('register_tensor', null, ['number', 'number', 'number']),
    disposeData: module.cwrap('dispose_data', null, ['number']),
    dispose: module.cwrap('dispose', null, []),
  };
  return module;
}

/** Lets the process end while threads wait for work. */
function letThreadsEnd({PThread}: WasmModule): void {
  for (const worker of PThread.runningWorkers) worker.unref();
}

/** Registers kernels, replacing those of their backends. */
export function replaceKernels(tf: TensorFlow, kernels: readonly KernelConfig[]): void {
  for (const kernel of kernels) {
    const {kernelName, backendName} = kernel;
    // Registering a kernel twice would print a warning.
    if (tf.getKernel(kernelName, backendName) !== undefined)
      tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel(kernel);
  }
}
