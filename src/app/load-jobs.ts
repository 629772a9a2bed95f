import {randomUUID} from 'node:crypto';
import path from 'node:path';
import {fullDataRoot, withFullRoot} from '../experiment/data-root.js';
import {foldsOf} from '../experiment/folds.js';
import {loadExperiment} from '../experiment/load.js';
import type {ParsedExperiment} from '../experiment/parse.js';
import type {Experiment} from '../experiment/schema.js';
import {assertFitsMemory} from '../model/memory.js';
import type {QueueSettings, RunJob} from '../runs/queue/journal.js';
import {machineMemory} from '../util/machine.js';
import {listed} from '../util/format.js';
import {deriveSeed} from '../util/random.js';
import {UserError} from '../util/user-error.js';

/** What `run` does; `runOptionDefaults` has the values where no flag is set. */
export type RunOptions = {
  readonly folder: string;
  readonly runs: string;
  /** Takes the place of `data.root`. */
  readonly data: string | undefined;
  readonly overrides: readonly string[];
  /** Takes the place of `training.seed`. */
  readonly seed: number | undefined;
  /** Runs of each experiment, 1 or more. */
  readonly repeat: number;
  /** Draw another sample and split for each repetition, too. */
  readonly resplit: boolean;
  readonly backend: string;
  readonly failFast: boolean;
  /** Runs that train at the same time; those of the queue that is resumed, else one. */
  readonly jobs?: number;
  readonly json: boolean;
  readonly version: string;
  /** Resume the named runs, or the last queue where none is named. */
  readonly resume?: boolean;
  /** Take over the locks of processes that cannot be seen, without waiting for their heartbeat. */
  readonly force?: boolean;
  /** A process resumes the queue after the interface was left, and no person. */
  readonly unattended?: boolean;
  /** Skip experiments that an earlier run with the same configuration and data has answered. */
  readonly needed?: boolean;
  /** Add seeds until the difference of the designs is decided. */
  readonly untilDecided?: boolean;
  /** With `untilDecided`: the difference below which designs count as equal, in points. */
  readonly difference?: number;
  /** With `untilDecided`: the budget, in runs of all designs together. */
  readonly maxRuns?: number;
  /** With `untilDecided`: compare the first design with each other one, over all heads; see `UntilDecided`. */
  readonly claim?: 'first';
};

export const runOptionDefaults = {
  overrides: [],
  seed: undefined,
  repeat: 1,
  resplit: false,
  backend: 'auto',
  failFast: false,
  json: false,
} as const satisfies Partial<RunOptions>;

/** What the journal of a new queue records of the options. */
export function queueSettings(
  {failFast, needed = false, jobs}: RunOptions,
  backend: string,
): QueueSettings {
  return {backend, failFast, ...(needed && {needed}), ...(jobs !== undefined && {jobs})};
}

/** @throws UserError where nothing is named. */
export function requireNames(names: readonly string[]): void {
  if (names.length > 0) return;
  throw new UserError('run: no experiment given. Expected one or more names or files.', {
    hint: 'celeba-tui list shows them; for example: celeba-tui run quick --ci',
  });
}

/** Loads the designs of the named experiments, and checks all of them before anything is written. */
export async function loadDesigns(
  names: readonly string[],
  options: RunOptions,
): Promise<RunJob[]> {
  requireNames(names);
  const loaded = await Promise.all(names.map(name => loadWithData(name, options)));
  const designs = loaded.flatMap(({file, path: source, variants, overrides}) => {
    const origin = {path: path.resolve(source), overrides};
    const id = randomUUID();
    return variants.map(({experiment, trial, ...rest}) => ({
      ...rest,
      ...(trial === undefined ? {} : {trial: {...trial, id}}),
      experiment: withFullRoot(experiment),
      file: file.name,
      origin,
    }));
  });
  for (const {experiment} of designs) assertFitsMemory(experiment, machineMemory());
  return designs;
}

/** Loads an experiment with `--data` in the place of its `data.root`. */
async function loadWithData(
  name: string,
  {folder, data, overrides}: RunOptions,
): Promise<ParsedExperiment & {readonly overrides: readonly string[]}> {
  if (data !== undefined) {
    // --data as a --set: a file that is read again says what the run does, and no matrix undoes it.
    const all = [...overrides, `data.root=${JSON.stringify(fullDataRoot(data))}`];
    const parsed = await loadExperiment(name, folder, all);
    if (!parsed.variants.every(isOnSample)) return {...parsed, overrides: all};
  }
  // The sample faces are in the cache folder, whatever folder is named.
  return {...(await loadExperiment(name, folder, overrides)), overrides};
}

function isOnSample({experiment: {data}}: Pick<RunJob, 'experiment'>): boolean {
  return data.source === 'sample';
}

/** Warns where `--data` names a folder that an experiment does not read. */
export function unusedDataNotes(
  jobs: readonly Pick<RunJob, 'experiment' | 'file'>[],
  data: string | undefined,
): string[] {
  const files = [...new Set(jobs.filter(isOnSample).map(({file}) => file))];
  if (data === undefined || files.length === 0) return [];
  return [
    `--data is not used: ${listed(files, 'and')} ${files.length === 1 ? 'uses' : 'use'} the sample faces. To read the folder: --set data.source=auto`,
  ];
}

/**
 * Loads the jobs of the named experiments. Each repetition has a seed that follows from the first
 * one, and a run for each fold. All repetitions use the same images in the same split unless
 * `resplit` is set, so that only training varies.
 */
export async function loadJobs(names: readonly string[], options: RunOptions): Promise<RunJob[]> {
  const {resplit} = options;
  return (await loadDesigns(names, options)).flatMap(design => {
    const {seed, dataSeed} = seedsOf(design, options);
    const repeat = options.repeat > 1 ? options.repeat : (design.trial?.search.repeat ?? 1);
    return repeatedSeeds(seed, repeat).flatMap(runSeed =>
      jobsOfSeed(design, runSeed, repeat > 1 && !resplit ? dataSeed : undefined),
    );
  });
}

/** The first seed of a design, and that of its images where all repetitions share them. */
export function seedsOf(
  {experiment}: RunJob,
  options: RunOptions,
): {readonly seed: number; readonly dataSeed: number} {
  const seed = options.seed ?? experiment.training.seed;
  return {seed, dataSeed: experiment.data.seed ?? seed};
}

/** The seeds of so many repetitions: the first one, and those that follow from it. */
export function repeatedSeeds(first: number, count: number): number[] {
  return Array.from({length: count}, (_, index) =>
    index === 0 ? first : deriveSeed(first, `repeat/${index}`),
  );
}

/** The runs of a design with one seed: one for each fold. @param dataSeed As the file says where undefined. */
export function jobsOfSeed(design: RunJob, seed: number, dataSeed: number | undefined): RunJob[] {
  return foldsOf(seeded(design.experiment, seed, dataSeed)).map(experiment => ({
    ...design,
    experiment,
  }));
}

function seeded(experiment: Experiment, seed: number, dataSeed: number | undefined): Experiment {
  return {
    ...experiment,
    training: {...experiment.training, seed},
    data: dataSeed === undefined ? experiment.data : {...experiment.data, seed: dataSeed},
  };
}
