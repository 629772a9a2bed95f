import {existsSync, readdirSync, realpathSync, statSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {nativeCache} from '../../util/cache-folder.js';
import {nativeFolders, nativePaths} from './paths.js';

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
  if (installed !== undefined && hasBinding(installed)) {
    return {folder: installed, problem: undefined};
  }
  const cache = nativeCache(env, nativeFolders);
  if ('problem' in cache) return {folder: undefined, problem: cache.problem};
  const {package: built} = nativePaths(cache.folder);
  return {folder: hasBinding(built) ? built : undefined, problem: undefined};
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

function hasBinding(folder: string): boolean {
  const library = path.join(folder, 'lib');
  if (!existsSync(library)) return false;
  return readdirSync(library).some(name => existsSync(path.join(library, name, BINDING)));
}
