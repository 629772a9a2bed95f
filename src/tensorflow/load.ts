import {createRequire} from 'node:module';
import os from 'node:os';
import path from 'node:path';
import {UserError, messageOf} from '../util/user-error.js';
import {findNative} from './native/find-package.js';
import {defineRemovedFunctions} from './node-compat.js';
import type {NativeBinding} from './graph/session.js';
import {averagePoolingGradient} from './kernels/pooling-gradients.js';
import type {Backend, BackendName, TensorFlow} from './types.js';
import {
  replaceKernels,
  startWasm,
  type ModuleFactory,
  type WasmPackage,
} from './wasm/start-wasm.js';

const requireModule = createRequire(import.meta.url);
const WASM_MODULE = '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js';

/**
 * Loads the backend that trains in this process.
 *
 * @param choice  `auto` takes TensorFlow if it is installed and loads, else wasm, else plain
 *   JavaScript; `instead` then says why.
 * @param threads Threads of wasm, 1 or more; `useThreads` sets those of TensorFlow.
 * @throws UserError with exit code 4 where the chosen backend does not load.
 */
export async function loadBackend(
  choice: BackendName | 'auto',
  env: NodeJS.ProcessEnv = process.env,
  threads = os.availableParallelism(),
): Promise<Backend> {
  switch (choice) {
    case 'tensorflow':
      return loadTensorFlow(env);
    case 'wasm':
      return loadWasm(threads);
    case 'cpu':
      return loadCpu();
    case 'auto':
      return loadFirst([() => loadTensorFlow(env), () => loadWasm(threads), loadCpu]);
  }
}

/** Returns the first backend that loads, with the reasons why the earlier ones did not. */
async function loadFirst(loaders: readonly (() => Promise<Backend>)[]): Promise<Backend> {
  const reasons: string[] = [];
  for (const load of loaders) {
    try {
      const backend = await load();
      return reasons.length === 0 ? backend : {...backend, instead: reasons.join(' ')};
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      reasons.push(error.message.replace(/[^.]$/, '$&.'));
    }
  }
  throw new UserError(`No backend loads: ${reasons.join(' ')}`, {
    hint: 'Run: celeba-tui doctor',
    exitCode: 4,
  });
}

/**
 * Finds a tfjs-node with its native binding: installed beside this program, else built into the
 * user's cache folder. Returns its folder.
 */
export function findNativePackage(env: NodeJS.ProcessEnv): string | undefined {
  return findNative(env).folder;
}

/** What to do where the nodes of a cluster have no native backend. */
export const SHARED_CACHE =
  'Set CELEBA_TUI_CACHE to a folder that all nodes share, then build it there once: celeba-tui doctor --fix';

async function loadTensorFlow(env: NodeJS.ProcessEnv): Promise<Backend> {
  const {folder, problem} = findNative(env);
  if (folder === undefined) {
    // Set in the tasks of a cluster, whose nodes may not see the cache of the machine that submitted them.
    const node = env['SLURMD_NODENAME'];
    throw new UserError(
      `The native backend is not installed${node === undefined ? '' : ` on ${node}`}: ${problem ?? 'no tfjs-node with a built binding was found.'}`,
      {
        hint: node === undefined ? 'Run: celeba-tui doctor --fix' : SHARED_CACHE,
        exitCode: 4,
      },
    );
  }
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  defineRemovedFunctions();
  const tf = loadPackage(folder);
  await tf.ready();
  const versions = tf.version as {readonly 'tfjs-node'?: string};
  const {binding} = tf.backend() as unknown as {binding: NativeBinding & {TF_Version?: string}};
  const library = binding.TF_Version ?? 'of unknown version';
  return {
    name: 'tensorflow',
    version: `tfjs-node ${versions['tfjs-node'] ?? ''}, TensorFlow ${library}`,
    tf,
    native: binding,
  };
}

function loadPackage(folder: string): TensorFlow {
  try {
    return requireModule(folder) as TensorFlow;
  } catch (error) {
    throw new UserError(`${folder}: the native backend does not load: ${messageOf(error)}`, {
      hint: 'Run: celeba-tui doctor --fix',
      exitCode: 4,
      cause: error,
    });
  }
}

async function loadWasm(wanted: number): Promise<Backend> {
  const tf = requireModule('@tensorflow/tfjs') as TensorFlow;
  try {
    const threads = await startWasm({
      tf,
      wasm: requireModule('@tensorflow/tfjs-backend-wasm') as WasmPackage,
      factory: requireModule(WASM_MODULE) as ModuleFactory,
      folder: path.dirname(requireModule.resolve(WASM_MODULE)),
      threads: wanted,
    });
    const counted = threads === 1 ? '1 thread' : `${threads} threads`;
    return {
      name: 'wasm',
      version: `tfjs ${tf.version['tfjs']}, WebAssembly with SIMD, ${counted}`,
      tf,
      native: undefined,
    };
  } catch (error) {
    throw new UserError(`The wasm backend does not start: ${messageOf(error)}`, {
      hint: 'Use --backend cpu (slow, but plain JavaScript).',
      exitCode: 4,
      cause: error,
    });
  }
}

async function loadCpu(): Promise<Backend> {
  const tf = requireModule('@tensorflow/tfjs') as TensorFlow;
  replaceKernels(tf, [averagePoolingGradient(tf, 'cpu')]);
  await tf.setBackend('cpu');
  await tf.ready();
  return {
    name: 'cpu',
    version: `tfjs ${tf.version['tfjs']}, plain JavaScript (slow)`,
    tf,
    native: undefined,
  };
}
