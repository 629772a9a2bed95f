import {existsSync} from 'node:fs';
import {copyFile, cp, mkdir, mkdtemp, rm, symlink} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {packageFile} from '../../util/package-file.js';
import {UserError} from '../../util/user-error.js';
import {TFJS_NODE_VERSION, type NativePaths} from './paths.js';
import {errorLine, runCommand} from './tools.js';

/** Folder of this program's package with a lock file that has the checksum of each package. */
const LOCK = packageFile('native');
const LOCK_FILES = ['package.json', 'package-lock.json'];

/**
 * Installs tfjs-node and its dependencies exactly as in the lock file. Scripts of the packages do not
 * run: they would download libraries without a checksum.
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
      ...['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-global', '--package-lock'],
      ...['--prefix', paths.folder],
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

const BUILD_MS = 600_000;

/** Compiles tfjs-node's binding against the library in `deps`. @throws UserError with exit code 4. */
export async function compileBinding(paths: NativePaths, env: NodeJS.ProcessEnv): Promise<void> {
  const workshop = await makeWorkshop(paths.folder);
  try {
    for (const name of ['binding', 'binding.gyp', 'package.json']) {
      await cp(path.join(paths.package, name), path.join(workshop, name), {recursive: true});
    }
    await symlink(path.join(paths.package, 'deps'), path.join(workshop, 'deps'));
    const builder = path.join(paths.folder, 'node_modules/@mapbox/node-pre-gyp/bin/node-pre-gyp');
    const {exitCode, output} = await runCommand(
      process.execPath,
      [builder, 'install', '--build-from-source'],
      {
        cwd: workshop,
        env: {...withNodeGyp(withNodeHeaders(env)), TMPDIR: workshop},
        timeoutMs: BUILD_MS,
      },
    );
    if (exitCode !== 0) {
      throw new UserError(`The native binding did not compile: ${errorLine(output)}`, {
        hint: `Its output:\n${output.trim()}`,
        exitCode: 4,
      });
    }
    await cp(path.join(workshop, 'lib'), path.join(paths.package, 'lib'), {recursive: true});
  } finally {
    await rm(workshop, {recursive: true, force: true});
  }
}

/**
 * Makes a folder to compile in. make splits paths at blanks, so a cache folder with blanks cannot hold
 * it. Otherwise it is in the unfinished folder, and is removed with that after a kill.
 */
async function makeWorkshop(folder: string): Promise<string> {
  if (/\s/.test(folder)) return mkdtemp(path.join(os.tmpdir(), 'celeba-tui-build-'));
  const workshop = path.join(folder, 'workshop');
  await mkdir(workshop);
  return workshop;
}

/**
 * Tells node-gyp where Node's headers are, or else it downloads them; most installations have them.
 * The binding uses only Node-API, whose headers are the same for every version of Node.
 */
function withNodeHeaders(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (env['npm_config_nodedir'] !== undefined) return env;
  const prefixes = [nodePrefix(), '/usr/local', '/usr'];
  const prefix = prefixes.find(folder =>
    existsSync(path.join(folder, 'include', 'node', 'node_api.h')),
  );
  return prefix === undefined ? env : {...env, npm_config_nodedir: prefix};
}

/** Selects the node-gyp that comes with Node; otherwise every folder above the cache is searched. */
function withNodeGyp(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (env['npm_config_node_gyp'] !== undefined) return env;
  const npm = path.join(nodePrefix(), 'lib', 'node_modules', 'npm');
  const builder = path.join(npm, 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  return existsSync(builder) ? {...env, npm_config_node_gyp: builder} : env;
}

function nodePrefix(): string {
  return path.dirname(path.dirname(process.execPath));
}
