import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {Worker} from 'node:worker_threads';
import type {KernelConfig} from '@tensorflow/tfjs';
import {programFile} from '../../util/program-file.js';
import {UserError} from '../../util/user-error.js';
import {filterGradient, inputGradient, spelledPadding} from '../kernels/convolution-gradients.js';
import {averagePoolingGradient, maxPoolingGradient} from '../kernels/pooling-gradients.js';
import type {TensorFlow} from '../types.js';

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

/** The package's own limit. */
const MAX_THREADS = 4;

/** The parts of Emscripten's module that are needed to start it. */
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
 * Starts the package's module with SIMD and threads. The package itself uses no threads on Node,
 * since its way of starting them needs a browser.
 *
 * @param folder  Where the package keeps its modules.
 * @param threads 1 or more; at most four are of use to it.
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
        ? programFile(import.meta.url, './thread.js')
        : path.join(prefix, file),
    instantiateWasm: (imports, receive) => {
      // It takes half of the cores, as if each were two threads of one.
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

/** Threads that wait for work must not keep a process that has ended its own. */
function letThreadsEnd({PThread}: WasmModule): void {
  for (const worker of PThread.runningWorkers) worker.unref();
}

/** Registers kernels in place of those that their backends bring. */
export function replaceKernels(tf: TensorFlow, kernels: readonly KernelConfig[]): void {
  for (const kernel of kernels) {
    const {kernelName, backendName} = kernel;
    // Registering over a kernel that is still there writes a warning.
    if (tf.getKernel(kernelName, backendName) !== undefined)
      tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel(kernel);
  }
}
