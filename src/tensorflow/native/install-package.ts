import {copyFile, mkdir} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {UserError} from '../../util/user-error.js';
import {TFJS_NODE_VERSION, type NativePaths} from './paths.js';
import {errorLine, runCommand} from './run-command.js';

/** In the program's own package: a lock file with the checksum of each package. */
const LOCK = fileURLToPath(new URL('../../../native/', import.meta.url));
const LOCK_FILES = ['package.json', 'package-lock.json'];

/**
 * Installs tfjs-node and what it needs, exactly as the lock file has them. The packages' own scripts
 * stay off: they would download libraries that nobody has checked.
 *
 * @throws UserError with exit code 4.
 */
export async function installPackage(paths: NativePaths, env: NodeJS.ProcessEnv): Promise<void> {
  await mkdir(paths.folder, {recursive: true});
  for (const name of LOCK_FILES)
    await copyFile(path.join(LOCK, name), path.join(paths.folder, name));
  const {exitCode, output} = await runCommand(
    'npm',
    [
      'ci',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-global',
      '--package-lock',
      '--prefix',
      paths.folder,
    ],
    {cwd: paths.folder, env},
  );
  if (exitCode === 0) return;
  throw new UserError(
    `npm could not install @tensorflow/tfjs-node@${TFJS_NODE_VERSION}: ${errorLine(output)}`,
    {
      hint: 'Check that npm reaches its registry: npm view @tensorflow/tfjs-node version',
      exitCode: 4,
    },
  );
}
