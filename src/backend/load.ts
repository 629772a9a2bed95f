import {existsSync, readdirSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {cacheFolder} from '../util/cache-folder.js';
import {UserError, messageOf} from '../util/user-error.js';
import {nativePaths} from './native/paths.js';
import {defineRemovedFunctions} from './node-compat.js';
import type {GraphMessages, NativeBinding} from './graph/native.js';
import type {Backend, BackendName, TensorFlow} from './tensorflow.js';

const require = createRequire(import.meta.url);

/**
 * Loads the backend that trains in this process.
 *
 * @param choice `auto` takes TensorFlow where it is installed, else plain JavaScript (slow).
 * @throws UserError with exit code 4 where the chosen one cannot be had.
 */
export async function loadBackend(
  choice: BackendName | 'auto',
  env: NodeJS.ProcessEnv = process.env,
): Promise<Backend> {
  switch (choice) {
    case 'tensorflow':
      return loadTensorFlow(env);
    case 'cpu':
      return loadCpu();
    case 'wasm':
      throw new UserError(
        'The wasm backend cannot train yet. Expected tensorflow or cpu; received wasm.',
        {
          hint: 'Leave --backend out, or use --backend cpu (slow, but needs nothing installed).',
          exitCode: 4,
        },
      );
    case 'auto':
      return findNativePackage(env) === undefined ? loadCpu() : loadTensorFlow(env);
  }
}

/**
 * The folder of a tfjs-node that has its native binding: the one installed beside this program,
 * else the one built into the user's cache folder.
 */
export function findNativePackage(env: NodeJS.ProcessEnv): string | undefined {
  return [installedPackage(), nativePaths(cacheFolder(env)).package].find(
    folder => folder !== undefined && hasBinding(folder),
  );
}

function installedPackage(): string | undefined {
  try {
    return path.dirname(require.resolve('@tensorflow/tfjs-node/package.json'));
  } catch {
    return undefined;
  }
}

function hasBinding(folder: string): boolean {
  const library = path.join(folder, 'lib');
  if (!existsSync(library)) return false;
  return readdirSync(library).some(name =>
    existsSync(path.join(library, name, 'tfjs_binding.node')),
  );
}

async function loadTensorFlow(env: NodeJS.ProcessEnv): Promise<Backend> {
  const folder = findNativePackage(env);
  if (folder === undefined) {
    throw new UserError(
      'The native backend is not installed: no tfjs-node with a built binding was found.',
      {
        hint: 'Run: celeba-tui doctor --fix',
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
  const messages = require(path.join(folder, 'dist', 'proto', 'api_pb.js')) as GraphMessages;
  const library = binding.TF_Version ?? 'of unknown version';
  return {
    name: 'tensorflow',
    version: `tfjs-node ${versions['tfjs-node'] ?? ''}, TensorFlow ${library}`,
    tf,
    native: {binding, messages},
  };
}

function loadPackage(folder: string): TensorFlow {
  try {
    return require(folder) as TensorFlow;
  } catch (error) {
    throw new UserError(`${folder}: the native backend does not load: ${messageOf(error)}`, {
      hint: 'Run: celeba-tui doctor --fix',
      exitCode: 4,
      cause: error,
    });
  }
}

async function loadCpu(): Promise<Backend> {
  const tf = require('@tensorflow/tfjs') as TensorFlow;
  await tf.setBackend('cpu');
  await tf.ready();
  return {
    name: 'cpu',
    version: `tfjs ${tf.version['tfjs']}, plain JavaScript (slow)`,
    tf,
    native: undefined,
  };
}
