import {existsSync, readdirSync, realpathSync, statSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {nativeCache} from '../../util/cache-folder.js';
import {messageOf, UserError} from '../../util/user-error.js';
import type {NativeBinding} from '../graph/session.js';
import {nativeFolders, nativePaths} from './paths.js';

const requireModule = createRequire(import.meta.url);
/** Write permission for all users. */
const EVERYBODY_WRITES = 0o002;
const BINDING = 'tfjs_binding.node';

/** The folder of a tfjs-node with its native binding; or the reason why an existing one is not used. */
type NativePackage = {
  readonly folder: string | undefined;
  readonly problem: string | undefined;
};

/** Finds the tfjs-node installed beside this program, else the one built into the user's cache. */
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
 * Finds the tfjs-node that npm installed with this program, with or without a binding. Searches the
 * folders of modules upwards as Node does, except those of `NODE_PATH` and those that another user
 * owns: everybody may be able to write to a folder above the program.
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

/** Whether only those can write to a folder who can also write to this program. */
function isAsTrusted(folder: string, program: string): boolean {
  const user = process.getuid?.();
  if (user === undefined) return true;
  const owners = [0, user, statSync(program).uid];
  const {uid, mode} = statSync(folder);
  return owners.includes(uid) && (mode & EVERYBODY_WRITES) === 0;
}

/**
 * Loads only the native binding of a tfjs-node package, which is enough to run graphs. It takes a fifth
 * of the time of the whole package.
 *
 * @throws UserError with exit code 4 where the native library does not load.
 */
export function loadBinding(packageFolder: string): NativeBinding {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  try {
    return requireModule(
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

/** Finds the binding of a package, in a folder below `lib` that is named after Node's interface. */
function bindingFile(packageFolder: string): string | undefined {
  const library = path.join(packageFolder, 'lib');
  if (!existsSync(library)) return undefined;
  const files = readdirSync(library).map(name => path.join(library, name, BINDING));
  return files.find(file => existsSync(file));
}
