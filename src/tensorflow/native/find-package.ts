import {existsSync, readdirSync, realpathSync, statSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {nativeCache} from '../../util/cache-folder.js';
import {messageOf, UserError} from '../../util/user-error.js';
import type {NativeBinding} from '../graph/session.js';
import {nativeFolders, nativePaths} from './paths.js';

const require = createRequire(import.meta.url);
/** Write permission for everybody. */
const EVERYBODY_WRITES = 0o002;
const BINDING = 'tfjs_binding.node';

/** A tfjs-node with its native binding; without one, why one that is there is not used. */
type NativePackage = {
  readonly folder: string | undefined;
  readonly problem: string | undefined;
};

/** The one installed beside this program, else the one built into the user's cache folder. */
export function findNative(env: NodeJS.ProcessEnv): NativePackage {
  const installed = installedPackage();
  if (installed !== undefined && bindingFile(installed) !== undefined) {
    return {folder: installed, problem: undefined};
  }
  const cache = nativeCache(env, nativeFolders);
  if ('problem' in cache) return {folder: undefined, problem: cache.problem};
  const {package: built} = nativePaths(cache.folder);
  return {folder: bindingFile(built) !== undefined ? built : undefined, problem: undefined};
}

/**
 * The tfjs-node that npm installed with this program, with or without a binding. Folders of modules
 * are looked through upwards, as Node does, but neither those that `NODE_PATH` names nor any of
 * another user: the program may be in a folder below one that everybody can write to.
 *
 * @param from A file of this program.
 */
export function installedPackage(from = fileURLToPath(import.meta.url)): string | undefined {
  for (let folder = path.dirname(from); ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', '@tensorflow', 'tfjs-node');
    if (existsSync(path.join(candidate, 'package.json'))) {
      const real = realpathSync(candidate);
      return isAsTrusted(real, from) ? real : undefined;
    }
    if (path.dirname(folder) === folder) return undefined;
  }
}

/** Whether whoever can write to a folder could write to this program as well. */
function isAsTrusted(folder: string, program: string): boolean {
  const user = process.getuid?.();
  if (user === undefined) return true;
  const owners = [0, user, statSync(program).uid];
  const {uid, mode} = statSync(folder);
  return owners.includes(uid) && (mode & EVERYBODY_WRITES) === 0;
}

/**
 * Loads what runs graphs out of a tfjs-node package, without the rest of it: a fifth of the time and
 * none of the kernels written in JavaScript.
 *
 * @throws UserError with exit code 4 where the native library does not load.
 */
export function loadBinding(packageFolder: string): NativeBinding {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  try {
    return require(
      bindingFile(packageFolder) ?? path.join(packageFolder, BINDING),
    ) as NativeBinding;
  } catch (error) {
    throw new UserError(`${packageFolder}: the native backend does not load: ${messageOf(error)}`, {
      hint: 'Run: celeba-tui doctor --fix',
      exitCode: 4,
      cause: error,
    });
  }
}

/** The binding of a package: in a folder below `lib` that is named after Node's interface. */
function bindingFile(packageFolder: string): string | undefined {
  const library = path.join(packageFolder, 'lib');
  if (!existsSync(library)) return undefined;
  const files = readdirSync(library).map(name => path.join(library, name, BINDING));
  return files.find(file => existsSync(file));
}
