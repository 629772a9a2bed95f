import {existsSync} from 'node:fs';
import {cp, mkdir, mkdtemp, rename, rm, symlink, writeFile} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {UserError} from '../../util/user-error.js';
import {checkBackend} from './check.js';
import {withLock} from '../../util/lock.js';
import {nativePaths, pathsIn, TFJS_NODE_VERSION, type NativePaths} from './paths.js';
import {runCommand} from './run-command.js';
import {requireTools} from './tools.js';
import {downloadWheel, unpackWheel} from './wheel.js';

/** The prebuilt binding comes from one host: where that is out of reach, waiting does not help. */
const DOWNLOAD_MS = 180_000;
const BUILD_MS = 600_000;

export type BuildProgress = {
  readonly phase: 'package' | 'prebuilt' | 'wheel' | 'unpack' | 'compile' | 'check';
  /** 0 to 1, where it can be said. */
  readonly share?: number;
};

export type BuildOptions = {
  readonly cache: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (progress: BuildProgress) => void;
};

/**
 * Puts a working tfjs-node into the cache: with its own prebuilt binding where that can be
 * downloaded, else built against the library of TensorFlow's Python wheel. The folder appears in
 * one step, after the backend in it has been seen to compute.
 */
export async function buildNativeBackend(options: BuildOptions): Promise<void> {
  const final = nativePaths(options.cache);
  await mkdir(path.dirname(final.folder), {recursive: true});
  await withLock(`${final.folder}.lock`, async () => {
    if ((await checkBackend(final.package, options.env)).works) return;
    const unfinished = pathsIn(`${final.folder}.unfinished`);
    await rm(unfinished.folder, {recursive: true, force: true});
    try {
      await makeIn(unfinished, options);
      await rm(final.folder, {recursive: true, force: true});
      await rename(unfinished.folder, final.folder);
    } finally {
      await rm(unfinished.folder, {recursive: true, force: true});
    }
  });
}

async function makeIn(paths: NativePaths, options: BuildOptions): Promise<void> {
  await installPackage(paths, options);
  if (!(await usePrebuilt(paths, options))) await buildFromWheel(paths, options);
  options.onProgress({phase: 'check'});
  const check = await checkBackend(paths.package, options.env);
  if (!check.works) {
    throw new UserError(`The native backend was built, but does not work: ${check.reason}`, {
      hint: 'Please report this with the lines above.',
      exitCode: 4,
    });
  }
}

/** Its scripts stay off: they would download, and fail the whole install where they can't. */
async function installPackage(paths: NativePaths, {env, onProgress}: BuildOptions): Promise<void> {
  onProgress({phase: 'package'});
  await mkdir(paths.folder, {recursive: true});
  await writeFile(path.join(paths.folder, 'package.json'), '{"private": true}\n');
  const {exitCode, output} = await runCommand(
    'npm',
    [
      'install',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--prefix',
      paths.folder,
      `@tensorflow/tfjs-node@${TFJS_NODE_VERSION}`,
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

async function usePrebuilt(paths: NativePaths, {env, onProgress}: BuildOptions): Promise<boolean> {
  onProgress({phase: 'prebuilt'});
  const {exitCode} = await runCommand(process.execPath, [path.join('scripts', 'install.js')], {
    cwd: paths.package,
    env,
    timeoutMs: DOWNLOAD_MS,
  });
  if (exitCode === 0 && (await checkBackend(paths.package, env)).works) return true;
  await rm(path.join(paths.package, 'deps'), {recursive: true, force: true});
  await rm(path.join(paths.package, 'lib'), {recursive: true, force: true});
  return false;
}

async function buildFromWheel(paths: NativePaths, {env, onProgress}: BuildOptions): Promise<void> {
  if (process.platform !== 'linux') {
    throw new UserError(
      `The native backend can be built from TensorFlow's wheel on Linux only; this is ${process.platform}.`,
      {
        hint: 'Use --backend cpu, or install where storage.googleapis.com can be reached.',
        exitCode: 4,
      },
    );
  }
  await requireTools();
  onProgress({phase: 'wheel'});
  const download = path.join(paths.folder, 'wheel');
  const wheel = await downloadWheel(download);
  await unpackWheel(wheel, paths.package, (done, total) =>
    onProgress({phase: 'unpack', share: done / total}),
  );
  await rm(download, {recursive: true, force: true});
  await linkLibraries(path.join(paths.package, 'deps', 'lib'));

  onProgress({phase: 'compile'});
  await compileBinding(paths, env);
}

/** make splits paths at blanks, and a cache folder may have some: compile in a folder that has none. */
async function compileBinding(paths: NativePaths, env: NodeJS.ProcessEnv): Promise<void> {
  const workshop = await mkdtemp(path.join(os.tmpdir(), 'celeba-tui-build-'));
  try {
    for (const name of ['binding', 'binding.gyp', 'package.json']) {
      await cp(path.join(paths.package, name), path.join(workshop, name), {recursive: true});
    }
    await symlink(path.join(paths.package, 'deps'), path.join(workshop, 'deps'));
    const builder = path.join(
      paths.folder,
      'node_modules',
      '@mapbox',
      'node-pre-gyp',
      'bin',
      'node-pre-gyp',
    );
    const {exitCode, output} = await runCommand(
      process.execPath,
      [builder, 'install', '--build-from-source'],
      {
        cwd: workshop,
        env: withNodeHeaders(env),
        timeoutMs: BUILD_MS,
      },
    );
    if (exitCode !== 0) {
      throw new UserError(`The native binding did not compile: ${errorLine(output)}`, {
        hint: `Everything it printed:\n${output.trim()}`,
        exitCode: 4,
      });
    }
    await cp(path.join(workshop, 'lib'), path.join(paths.package, 'lib'), {recursive: true});
  } finally {
    await rm(workshop, {recursive: true, force: true});
  }
}

/**
 * node-gyp downloads Node's headers unless it is told where they are; most installations bring
 * them. The binding uses Node-API alone, whose headers are the same for every version of Node.
 */
function withNodeHeaders(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (env['npm_config_nodedir'] !== undefined) return env;
  const prefixes = [path.dirname(path.dirname(process.execPath)), '/usr/local', '/usr'];
  const prefix = prefixes.find(folder =>
    existsSync(path.join(folder, 'include', 'node', 'node_api.h')),
  );
  return prefix === undefined ? env : {...env, npm_config_nodedir: prefix};
}

/** The linker looks for plain names, the loader for those with the version. */
async function linkLibraries(folder: string): Promise<void> {
  await symlink('libtensorflow_cc.so.2', path.join(folder, 'libtensorflow.so'));
  await symlink('libtensorflow_framework.so.2', path.join(folder, 'libtensorflow_framework.so'));
}

function errorLine(output: string): string {
  const lines = output.trim().split('\n');
  return lines.find(line => /\berror\b/i.test(line))?.trim() ?? lines.at(-1) ?? 'it said nothing';
}
