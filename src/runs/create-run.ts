import fs from 'node:fs';
import {mkdir} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {configHash} from '../experiment/config-hash.js';
import {fullDataRoot} from '../experiment/data-root.js';
import {foldOf} from '../experiment/folds.js';
import {experimentWriter} from '../experiment/stringify.js';
import {thisProcess} from '../util/process-identity.js';
import {hexDigits, type Random} from '../util/random.js';
import {makeFolders} from '../util/safe-file.js';
import {UserError, messageOf} from '../util/user-error.js';
import {gitState} from './git-state.js';
import type {RunJob} from './queue/journal.js';
import {RunFolder} from './run-folder.js';
import {SCHEMA_VERSION, type RunInfo} from './run-info.js';
import {RunTrial} from './searches.js';

const ATTEMPTS = 20;
/** That of `fs/promises` takes several times as long: it makes a handle for each file. */
const writeFile = promisify(fs.writeFile);

type RunMakerOptions = {
  readonly runs: string;
  readonly backend: string;
  readonly version: string;
  /** The queue's id: runs that were started together share it. */
  readonly batch: string;
  /** Milliseconds since 1970; the folder's name begins with it, in UTC. */
  readonly now: () => number;
  readonly random: Random;
  /** The state of the working folder's repository. */
  readonly git?: () => Promise<RunInfo['git']>;
  /** Whether to wait until the disk has the files of each run, so that they outlast a loss of power. */
  readonly flush?: boolean;
};

/** Makes the folders of a queue's runs, each with its definition and `run.json`. */
export function runMaker(
  options: RunMakerOptions,
): (job: RunJob, random?: Random) => Promise<RunFolder> {
  const {runs, backend, version, batch, now, git: gitOf, flush = true} = options;
  // Looked up once: a submission to a cluster makes a thousand runs.
  const maker = thisProcess();
  const stringify = experimentWriter();
  const host = {
    platform: os.platform(),
    arch: os.arch(),
    cpus: os.cpus().length,
    memoryBytes: os.totalmem(),
  };
  return async (
    {experiment, file, origin, variant, untilDecided, trial},
    random = options.random,
  ) => {
    const git = await (gitOf ?? (() => gitState(process.cwd())))();
    const started = new Date(now());
    const folder = await makeFolder(runs, experiment.name, started, random);
    const fold = foldOf(experiment);
    const info: RunInfo = {
      schemaVersion: SCHEMA_VERSION,
      id: folder.id,
      started: started.toISOString(),
      experiment: experiment.name,
      file,
      ...(origin === undefined ? {} : {path: origin.path}),
      ...{variant, backend, batch},
      configHash: configHash(experiment),
      seed: experiment.training.seed,
      ...(fold === undefined ? {} : {fold}),
      versions: {'celeba-tui': version, node: process.versions.node},
      ...(git === undefined ? {} : {git}),
      dataRoot: fullDataRoot(experiment.data.root),
      host,
      maker,
      ...(untilDecided === undefined ? {} : {untilDecided}),
      ...(trial === undefined ? {} : {trial: RunTrial.parse(trial)}),
    };
    // The folder is new: nothing is replaced, so that no second name is needed.
    const write = {flag: 'wx', flush};
    await Promise.all([
      writeFile(folder.experiment, stringify(experiment), write),
      writeFile(folder.info, `${JSON.stringify(info, null, 2)}\n`, write),
    ]);
    return folder;
  };
}

/**
 * Makes a folder that no other program has: `mkdir` of an existing name fails.
 *
 * @param nameOf Returns another name at each attempt, from 0.
 */
export async function makeNewFolder(
  parent: string,
  nameOf: (attempt: number) => string,
): Promise<string> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const folder = path.join(parent, nameOf(attempt));
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  throw new Error(`no free name was found in ${ATTEMPTS} attempts`);
}

export async function makeFolder(
  runs: string,
  name: string,
  started: Date,
  random: Random,
): Promise<RunFolder> {
  try {
    const nameOf = (): string => `${stamp(started)}-${name}-${hexDigits(random, 4)}`;
    const folder = await makeNewFolder(runs, nameOf).catch(async (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      makeFolders(runs);
      return makeNewFolder(runs, nameOf);
    });
    return new RunFolder(folder);
  } catch (error) {
    throw cannotMakeRun(runs, error);
  }
}

export function cannotMakeRun(runs: string, error: unknown): UserError {
  return new UserError(`${runs}: the folder of a run cannot be made: ${messageOf(error)}`, {
    hint: 'Name a folder that can be written to with --runs DIR.',
    exitCode: 1,
    cause: error,
  });
}

/** The id of a new queue: its start, with a random number. */
export function newQueueId({now, random}: Pick<RunMakerOptions, 'now' | 'random'>): string {
  return `${stamp(new Date(now()))}-${hexDigits(random, 8)}`;
}

/** `20261124-143205`, in UTC. */
export function stamp(date: Date): string {
  return date.toISOString().slice(0, 19).replaceAll('-', '').replaceAll(':', '').replace('T', '-');
}
