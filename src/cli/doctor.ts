import {existsSync, statSync} from 'node:fs';
import {access, constants} from 'node:fs/promises';
import path from 'node:path';
import cliProgress from 'cli-progress';
import {findNativePackage} from '../tensorflow/load.js';
import {findNative} from '../tensorflow/native/find-package.js';
import {buildNativeBackend, type BuildProgress} from '../tensorflow/native/build.js';
import {checkBackend, checkWasm} from '../tensorflow/native/check.js';
import {missingTools} from '../tensorflow/native/tools.js';
import {sampleFolder} from '../data/sample/ensure-sample.js';
import {cacheFolder, cachePath} from '../util/cache-folder.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable} from '../util/format.js';
import {padded} from '../util/table.js';
import {hintOf, messageOf} from '../util/user-error.js';
import type {Streams} from '../app/streams.js';
import type {Finding} from './doctor-slurm.js';

export type DoctorFlags = {
  readonly fix: boolean;
  readonly data: string;
  readonly runs: string;
  /** The cluster to check, too. */
  readonly on?: 'slurm';
  readonly profile?: string;
};

/** Checks each condition and says how to fix what is wrong. */
export async function runDoctor(
  options: DoctorFlags,
  streams: Streams,
  env: NodeJS.ProcessEnv,
): Promise<ExitCode> {
  if (options.fix) await fixBackend(streams, env);
  const findings = [
    node(),
    terminal(streams, env),
    await backend(env),
    await tools(env),
    cache(env),
    data(options.data),
    sample(env),
    await runsFolder(options.runs),
    ...(options.on === undefined ? [] : await slurm(options, env)),
  ];
  for (const {name, state, detail, remedy} of findings) {
    const start = `${padded(state, 5)} ${padded(name, 14)} `;
    streams.stdout.write(printable(`${start}${detail}\n`));
    if (remedy !== undefined) streams.stdout.write(`${padded('', start.length)}${remedy}\n`);
  }
  return findings.some(({state}) => state === 'wrong') ? 1 : 0;
}

/**
 * Builds the native backend unless one works; shows its progress.
 *
 * @public The set-up of a checkout (scripts/) calls it, too.
 */
export async function fixBackend(streams: Streams, env: NodeJS.ProcessEnv): Promise<void> {
  const folder = findNativePackage(env);
  if (folder !== undefined && (await checkBackend(folder, env)).works) return;
  streams.stderr.write(
    'Building the native backend, once for this machine (half a minute to a few minutes)\n',
  );
  const draw = progressDrawer(streams.stderr);
  try {
    await buildNativeBackend({env, onProgress: draw.update});
  } finally {
    draw.end();
  }
}

const phases: Readonly<Record<BuildProgress['phase'], string>> = {
  package: 'installing tfjs-node',
  download: "downloading TensorFlow's library",
  unpack: 'unpacking it',
  compile: 'compiling the binding',
  check: 'checking that it computes',
};

/** A bar on a terminal, elsewhere a line per phase. */
function progressDrawer(stream: NodeJS.WritableStream): {
  update: (progress: BuildProgress) => void;
  end: () => void;
} {
  const names = Object.keys(phases);
  const isTerminal = 'isTTY' in stream && stream.isTTY === true;
  if (!isTerminal) {
    let last = '';
    const update = ({phase}: BuildProgress): void => {
      if (phase !== last) stream.write(`  ${phases[(last = phase)]}\n`);
    };
    return {update, end: () => {}};
  }
  const bar = new cliProgress.SingleBar(
    {format: '  [{bar}] {what}', stream, clearOnComplete: true},
    cliProgress.Presets.legacy,
  );
  bar.start(names.length, 0, {what: ''});
  return {
    update: ({phase, fraction = 0}) =>
      bar.update(names.indexOf(phase) + fraction, {what: phases[phase]}),
    end: () => bar.stop(),
  };
}

function node(): Finding {
  const {node: version} = process.versions;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isSupported = major > 20 || (major === 20 && minor >= 19);
  return isSupported
    ? {name: 'node', state: 'ok', detail: version}
    : {name: 'node', state: 'wrong', detail: version, remedy: 'Install Node 20.19 or newer.'};
}

function terminal({stdout}: Streams, env: NodeJS.ProcessEnv): Finding {
  const {isTTY, columns, rows} = stdout as Partial<NodeJS.WriteStream>;
  if (isTTY !== true) return {name: 'terminal', state: 'note', detail: 'none; runs need --ci'};
  const colours =
    env['NO_COLOR'] === undefined
      ? (env['COLORTERM'] ?? env['TERM'] ?? 'unknown')
      : 'off (NO_COLOR)';
  return {name: 'terminal', state: 'ok', detail: `${columns}x${rows}, colours ${colours}`};
}

/** Without a native backend, training runs on WebAssembly, which is slower. */
async function backend(env: NodeJS.ProcessEnv): Promise<Finding> {
  const name = 'backend';
  const {folder, problem = 'no native backend is installed'} = findNative(env);
  const native = folder === undefined ? undefined : await checkBackend(folder, env);
  if (native?.works === true)
    return {name, state: 'ok', detail: `${native.version} in ${folder ?? ''}`};
  const missing = native === undefined ? problem : `${folder} does not work: ${native.reason}`;
  const remedy = 'Run: celeba-tui doctor --fix';
  const wasm = await checkWasm(env);
  return wasm.works
    ? {name, state: 'note', detail: `${missing}; training runs slower, on ${wasm.version}`, remedy}
    : {name, state: 'wrong', detail: `${missing}; wasm: ${wasm.reason}`, remedy};
}

/** Only building the backend needs them, so missing tools are a note. */
async function tools(env: NodeJS.ProcessEnv): Promise<Finding> {
  const name = 'build tools';
  const missing = await missingTools(env, true);
  if (missing.length === 0) return {name, state: 'ok', detail: 'python3, pip, g++, make'};
  const detail = `missing: ${missing.map(tool => tool.name).join(', ')}`;
  return {name, state: 'note', detail, remedy: missing.map(({remedy}) => remedy).join(' ')};
}

function data(folder: string): Finding {
  const name = 'data';
  if (existsSync(folder)) return {name, state: 'ok', detail: path.resolve(folder)};
  const remedy =
    'Put CelebA there or name its folder with --data DIR. Experiments on the sample faces need no data.';
  return {name, state: 'note', detail: `${folder} does not exist`, remedy};
}

/** Checks that no other user can write to the cache. */
function cache(env: NodeJS.ProcessEnv): Finding {
  try {
    return {name: 'cache', state: 'ok', detail: cacheFolder(env)};
  } catch (error) {
    return {name: 'cache', state: 'wrong', detail: messageOf(error), remedy: hintOf(error)};
  }
}

function sample(env: NodeJS.ProcessEnv): Finding {
  const name = 'sample faces';
  const folder = sampleFolder(cachePath(env));
  if (existsSync(folder)) return {name, state: 'ok', detail: folder};
  return {name, state: 'note', detail: 'not drawn yet; the first run that needs them draws them'};
}

async function slurm(
  {runs, profile}: DoctorFlags,
  env: NodeJS.ProcessEnv,
): Promise<readonly Finding[]> {
  const {slurmFindings} = await import('./doctor-slurm.js');
  return slurmFindings({runs, profile}, env);
}

/** Makes no folder: it asks whether the first run could. */
async function runsFolder(folder: string): Promise<Finding> {
  try {
    const full = path.resolve(folder);
    let nearest = full;
    while (!existsSync(nearest) && nearest !== path.dirname(nearest))
      nearest = path.dirname(nearest);
    if (!statSync(nearest).isDirectory()) throw new Error(`${nearest} is not a folder`);
    await access(nearest, constants.W_OK | constants.X_OK);
    return {name: 'runs', state: 'ok', detail: full};
  } catch (error) {
    const remedy = 'Name a writable folder with --runs DIR.';
    return {name: 'runs', state: 'wrong', detail: messageOf(error), remedy};
  }
}
