#!/usr/bin/env node
/** argv -> mode -> exit code. One of the two files that call process.exit. */
import {readFileSync} from 'node:fs';
import {describeError} from './cli/errors.js';
import type {Actions} from './cli/actions.js';
import type {CommanderError} from './cli/program.js';
import {TerminalSignals} from './cli/terminal-signals.js';
import type {ExitCode} from './util/exit-codes.js';
import {rawArguments} from './util/raw-names.js';

// Each command loads what it needs when it is called: starting is felt at every use.
const {version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const {stdout, stderr, env} = process;
const streams = {stdout, stderr};

const signals = new TerminalSignals(process);
const end = (code: number): void =>
  signals.isTerminalGone ? signals.endWithoutTerminal() : process.exit(code);
for (const stream of [stdout, stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EIO' && stream.isTTY) signals.close();
    // A reader that has seen enough, such as head, is no failure.
    else end(error.code === 'EPIPE' ? 0 : 1);
  });

let exitCode: ExitCode = 0;
const folder = async (): Promise<string> => {
  const {experimentsFolder} = await import('./experiment/load.js');
  return experimentsFolder(process.cwd());
};
const deps = {...streams, env, signals, now: () => Date.now(), random: Math.random};
/** What the interface needs besides; only it reads from the terminal. */
const terminalDeps = (): typeof deps & Pick<NodeJS.Process, 'stdin' | 'stdout'> => {
  const {stdin} = process;
  stdin.on('end', signals.close).on('error', signals.close);
  return {...deps, stdin, stdout};
};

const actions: Actions = {
  interface: async options => {
    const {runInTerminal} = await import('./tui/services/run-in-terminal.js');
    const {runOptionDefaults} = await import('./app/run-options.js');
    exitCode = await runInTerminal(
      [],
      {...runOptionDefaults, ...options, data: options.data, folder: await folder(), version},
      terminalDeps(),
    );
  },
  run: async (experiments, {set, data, seed, ci, resume, ...options}) => {
    const names = typeof resume === 'string' ? [resume, ...experiments] : experiments;
    const given = {
      ...{...options, overrides: set, data, seed, folder: await folder(), version},
      resume: resume !== undefined,
    };
    const {isInteractive} = await import('./app/run-options.js');
    if (!ci && !options.json && isInteractive(process.stdin, stdout, env)) {
      const {runInTerminal} = await import('./tui/services/run-in-terminal.js');
      exitCode = await runInTerminal(names, given, terminalDeps());
      return;
    }
    const {runHeadless} = await import('./cli/run.js');
    exitCode = await runHeadless(names, given, deps);
  },
  list: async ({runs}) => {
    const {runList} = await import('./cli/list.js');
    exitCode = await runList(await folder(), runs, streams);
  },
  check: async (names, {set, data}) => {
    const {runCheck} = await import('./cli/check.js');
    const {cacheFolder} = await import('./util/cache-folder.js');
    const given = {folder: await folder(), overrides: set, data, cacheFolder: cacheFolder(env)};
    exitCode = await runCheck(names, given, streams);
  },
  runs: async options => {
    const {runRuns} = await import('./cli/runs.js');
    exitCode = await runRuns(options, streams);
  },
  compare: async (names, options) => {
    const {runCompare} = await import('./cli/compare.js');
    exitCode = await runCompare(names, options, {...streams, env});
  },
  report: async (names, options) => {
    const {runReport} = await import('./cli/report.js');
    const {cacheFolder} = await import('./util/cache-folder.js');
    const given = {...streams, env, now: deps.now, version, cacheFolder: cacheFolder(env)};
    exitCode = await runReport(names, options, given);
  },
  predict: async (run, images, options) => {
    const abort = new AbortController();
    process.once('SIGINT', () => abort.abort());
    const {runPredict} = await import('./cli/predict.js');
    const isTerminal = stdout.isTTY;
    exitCode = await runPredict(run, images, options, streams, {
      env,
      signal: abort.signal,
      isTerminal,
    });
  },
  export: async (run, options) => {
    const {runExport} = await import('./cli/export.js');
    exitCode = await runExport(run, options, streams, env);
  },
  split: async (run, options) => {
    const {runSplit} = await import('./cli/split.js');
    exitCode = await runSplit(run, options, streams);
  },
  data: async (action, experiment, options) => {
    const abort = new AbortController();
    process.once('SIGINT', () => abort.abort());
    const {runData} = await import('./cli/data.js');
    const {cacheFolder} = await import('./util/cache-folder.js');
    const given = {...options, experiment, folder: await folder(), cacheFolder: cacheFolder(env)};
    exitCode = await runData(action, {...given, signal: abort.signal}, streams);
  },
  dataFetch: async (experiment, {repository: name, split, count, ...options}) => {
    const abort = new AbortController();
    process.once('SIGINT', () => abort.abort());
    const {runDataFetch} = await import('./cli/data-fetch.js');
    const given = {...options, name, split, count, experiment, folder: await folder()};
    exitCode = await runDataFetch({...given, signal: abort.signal}, process.stdin, streams);
  },
  dataCache: async ({maxSize, ...options}) => {
    const {runDataCache} = await import('./cli/data-cache.js');
    const {cacheFolder} = await import('./util/cache-folder.js');
    const given = {...options, maxSize, cacheFolder: cacheFolder(env), now: Date.now()};
    exitCode = await runDataCache(given, streams);
  },
  doctor: async options => {
    const {runDoctor} = await import('./cli/doctor.js');
    exitCode = await runDoctor(options, streams, env);
  },
  init: async () => {
    const {runInit} = await import('./cli/init.js');
    exitCode = await runInit(process.cwd(), streams);
  },
  schema: async () => {
    const {runSchema} = await import('./cli/schema.js');
    exitCode = runSchema(streams);
  },
};

try {
  // Loaded here, so that a system without files or memory left for it is said in a sentence.
  const {makeProgram} = await import('./cli/program.js');
  await makeProgram(actions, version).parseAsync(rawArguments(process.argv.slice(2)), {
    from: 'user',
  });
} catch (error) {
  if (isCommanderError(error)) {
    // Help and version were asked for; everything else was said on stderr already.
    exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    const described = describeError(error);
    stderr.write(described.text);
    exitCode = described.exitCode;
  }
}
function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && error.name === 'CommanderError';
}

// Output that is still on its way to a pipe is written before the process ends.
stdout.write('', () => end(exitCode));
