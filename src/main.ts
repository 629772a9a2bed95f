#!/usr/bin/env node
/** argv -> mode -> exit code. One of the two files that call process.exit. */
import {readFileSync} from 'node:fs';
import {runCheck} from './cli/check.js';
import {runCompare} from './cli/compare.js';
import {runData} from './cli/data.js';
import {runDoctor} from './cli/doctor.js';
import {describeError} from './cli/errors.js';
import {runInit} from './cli/init.js';
import {runList} from './cli/list.js';
import {CommanderError, makeProgram, type Actions} from './cli/program.js';
import {runRuns} from './cli/runs.js';
import {runHeadless} from './cli/run.js';
import {runSchema} from './cli/schema.js';
import {experimentsFolder} from './experiment/load.js';
import {cacheFolder} from './util/cache-folder.js';
import {UserError} from './util/user-error.js';
import type {ExitCode} from './util/exit-codes.js';

const {version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const {stdout, stderr, env} = process;
const streams = {stdout, stderr};

// A reader that has seen enough, such as head, is no failure.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

let exitCode: ExitCode = 0;
const folder = (): Promise<string> => experimentsFolder(process.cwd());

const actions: Actions = {
  interface: async ({runs}) => {
    if (process.stdin.isTTY !== true || stdout.isTTY !== true) {
      throw new UserError('The interface needs a terminal; there is none.', {
        hint: 'Without one: celeba-tui run EXPERIMENT --ci, or celeba-tui list',
      });
    }
    exitCode = await runList(await folder(), runs, streams);
    stderr.write('\nRun one with: celeba-tui run NAME\n');
  },
  run: async (names, {set, data, seed, ...options}) => {
    exitCode = await runHeadless(
      names,
      {...options, overrides: set, data, seed, folder: await folder(), version},
      {...streams, env, signals: process, now: () => Date.now(), random: Math.random},
    );
  },
  list: async ({runs}) => {
    exitCode = await runList(await folder(), runs, streams);
  },
  check: async (names, {set}) => {
    exitCode = await runCheck(names, {folder: await folder(), overrides: set}, streams);
  },
  runs: async ({runs}) => {
    exitCode = await runRuns(runs, streams);
  },
  compare: async (names, options) => {
    exitCode = await runCompare(names, options, streams);
  },
  data: async (action, experiment, options) => {
    const abort = new AbortController();
    process.once('SIGINT', () => abort.abort());
    const given = {...options, experiment, folder: await folder(), cacheFolder: cacheFolder(env)};
    exitCode = await runData(action, {...given, signal: abort.signal}, streams);
  },
  doctor: async options => {
    exitCode = await runDoctor(options, streams, env);
  },
  init: async () => {
    exitCode = await runInit(process.cwd(), streams);
  },
  schema: () => {
    exitCode = runSchema(streams);
    return Promise.resolve();
  },
};

try {
  await makeProgram(actions, version).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Help and version were asked for; everything else was said on stderr already.
    exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    const described = describeError(error);
    stderr.write(described.text);
    exitCode = described.exitCode;
  }
}
// Output that is still on its way to a pipe is written before the process ends.
stdout.write('', () => process.exit(exitCode));
