import {readFile} from 'node:fs/promises';
import path from 'node:path';
import type {Worker} from 'node:worker_threads';
import {programFile} from '../../util/program-file.js';

/** The package's own limit. */
const MAX_THREADS = 4;

/** The parts of Emscripten's module that are needed to start it. */
export type WasmModule = {
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
export async function startThreadedModule(
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
export function letThreadsEnd({PThread}: WasmModule): void {
  for (const worker of PThread.runningWorkers) worker.unref();
}
