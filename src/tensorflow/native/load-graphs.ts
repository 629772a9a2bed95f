import {existsSync, readdirSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {UserError, messageOf} from '../../util/user-error.js';
import type {GraphMessages, NativeBinding, NativeGraphs} from '../graph/native.js';

const require = createRequire(import.meta.url);
const BINDING = 'tfjs_binding.node';

/**
 * What runs graphs, out of a tfjs-node package, without the rest of it: a fifth of the time and
 * none of the kernels written in JavaScript.
 *
 * @throws UserError with exit code 4 where the native library does not load.
 */
export function loadGraphs(packageFolder: string): NativeGraphs {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  try {
    return {
      binding: require(bindingFile(packageFolder)) as NativeBinding,
      messages: require(path.join(packageFolder, 'dist', 'proto', 'api_pb.js')) as GraphMessages,
    };
  } catch (error) {
    throw new UserError(`${packageFolder}: the native backend does not load: ${messageOf(error)}`, {
      hint: 'Run: celeba-tui doctor --fix',
      exitCode: 4,
      cause: error,
    });
  }
}

function bindingFile(packageFolder: string): string {
  const library = path.join(packageFolder, 'lib');
  const built = readdirSync(library).map(name => path.join(library, name, BINDING));
  return built.find(file => existsSync(file)) ?? path.join(library, BINDING);
}
