import {existsSync} from 'node:fs';
import path from 'node:path';

/** The folder of this package. Sources and the files of the build lie at different depths in it. */
const packageFolder = folderWithPackage(import.meta.dirname);

function folderWithPackage(folder: string): string {
  const isThere = existsSync(path.join(folder, 'package.json'));
  return isThere || path.dirname(folder) === folder
    ? folder
    : folderWithPackage(path.dirname(folder));
}

/** @param name Path of a file or folder that is shipped, such as `experiments/`. */
export function packageFile(name: string): string {
  return path.join(packageFolder, name);
}

/**
 * The path of a built program, to start it as a process or thread. Tests run the sources, but start
 * the program that was built from them.
 *
 * @param name Path of its source below `src`, such as `training/trainer/main.js`.
 */
export function programFile(name: string): string {
  return packageFile(path.join('dist', name));
}
