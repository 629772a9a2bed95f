import path from 'node:path';
import {fullDataRoot, withFullRoot} from '../experiment/data-root.js';
import {foldsOf} from '../experiment/folds.js';
import {loadExperiment} from '../experiment/load.js';
import type {Experiment} from '../experiment/schema.js';
import {assertFitsMemory} from '../model/memory.js';
import {runMaker, stamp} from '../runs/create-run.js';
import type {Journal, RunJob} from '../runs/queue/journal.js';
import {QueueJournal} from '../runs/queue/queue-journal.js';
import type {AddedRun, RunQueueOptions} from '../runs/queue/queue-state.js';
import {RunQueue} from '../runs/queue/run-queue.js';
import {
  lastInterruptedQueue,
  listedOnce,
  offeredQueues,
  unfinishedText,
} from '../runs/queue/unfinished.js';
import {isActive, isEnded} from '../runs/status.js';
import {cacheFolder} from '../util/cache-folder.js';
import {CHECKPOINT_SECONDS, millisecondsFrom, STUCK_SECONDS} from '../util/environment-seconds.js';
import {printable} from '../util/format.js';
import {SILENCE_MS} from '../util/heartbeat.js';
import {describeHolder, UNSEEN, type LockHolder} from '../util/lock-file.js';
import {machineMemory} from '../util/machine-memory.js';
import {programFile} from '../util/package-file.js';
import {deriveSeed} from '../util/random.js';
import {UserError} from '../util/user-error.js';
import type {SignalSource} from './queue-control.js';
import {planResume} from './resume.js';
import type {Streams} from './streams.js';

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

/** How the interface looks. */
export type LookFlags = {
  readonly color: boolean;
  readonly ascii: boolean;
  readonly screenReader: boolean;
  /** Whether the interface answers the mouse; a terminal selects text with Shift meanwhile. */
  readonly mouse: boolean;
};

export type RunDeps = Streams & {
  readonly env: NodeJS.ProcessEnv;
  readonly signals: SignalSource;
  readonly now: () => number;
  readonly random: () => number;
};

/** @throws UserError where nothing is named. */
export function requireNames(names: readonly string[]): void {
  if (names.length > 0) return;
  throw new UserError('run: no experiment given. Expected one or more names or files.', {
    hint: 'celeba-tui list shows them; for example: celeba-tui run quick --ci',
  });
}

/**
 * Loads the jobs of the named experiments, and checks all of them before anything is written. Each
 * repetition has a seed that follows from the first one, and a run for each fold. All repetitions use
 * the same images in the same split unless `resplit` is set, so that only training varies.
 */
export async function loadJobs(
  names: readonly string[],
  {folder, data, overrides, seed, repeat, resplit}: RunOptions,
): Promise<RunJob[]> {
  requireNames(names);
  // --data as a --set: a file that is read again says what the run does, and no matrix undoes it.
  const root = data === undefined ? [] : [`data.root=${JSON.stringify(fullDataRoot(data))}`];
  const allOverrides = [...overrides, ...root];
  const loaded = await Promise.all(names.map(name => loadExperiment(name, folder, allOverrides)));
  const jobs = loaded.flatMap(({file, path: source, variants}) => {
    const origin = {path: path.resolve(source), overrides: allOverrides};
    return variants.map(({experiment, ...rest}) => ({
      ...rest,
      experiment: withFullRoot(experiment),
      file: file.name,
      origin,
    }));
  });
  for (const {experiment} of jobs) assertFitsMemory(experiment, machineMemory());
  return jobs.flatMap(job => {
    const first = seed ?? job.experiment.training.seed;
    const dataSeed = repeat > 1 && !resplit ? (job.experiment.data.seed ?? first) : undefined;
    return Array.from({length: repeat}, (_, index) => {
      const runSeed = index === 0 ? first : deriveSeed(first, `repeat/${index}`);
      return foldsOf(seeded(job.experiment, runSeed, dataSeed)).map(experiment => ({
        ...job,
        experiment,
      }));
    }).flat();
  });
}

function seeded(experiment: Experiment, seed: number, dataSeed: number | undefined): Experiment {
  return {
    ...experiment,
    training: {...experiment.training, seed},
    data: dataSeed === undefined ? experiment.data : {...experiment.data, seed: dataSeed},
  };
}

/** The program that is forked for each run. */
export const trainerProgram = programFile('training/trainer/main.js');

type QueueHooks = Pick<RunQueueOptions, 'onEvent' | 'onNotice'>;

type PreparedQueue = {
  readonly queue: RunQueue;
  /** Notes for people. Those of an empty queue come later: they need all runs. */
  readonly notes: Promise<readonly string[]>;
};

/**
 * Prepares the queue that a command line asks for: new runs, or resumed ones.
 *
 * @returns undefined where there is nothing to resume.
 * @throws UserError where a run cannot be prepared, or the environment sets an invalid time.
 */
export async function prepareQueue(
  names: readonly string[],
  options: RunOptions,
  deps: RunDeps,
  hooks: QueueHooks = {},
): Promise<PreparedQueue | undefined> {
  // The trainers read it: a wrong value is reported before anything starts.
  millisecondsFrom(deps.env, CHECKPOINT_SECONDS);
  const {runs, force = false, unattended = false} = options;
  if (options.resume === true) {
    assertNoOverrides(options);
    const plan = await planResume(names, runs, {
      ...{force, unattended},
      onWait: holder => deps.stderr.write(watchText(holder)),
    });
    const queue = makeQueue(options, deps, hooks, plan.journal);
    queue.addRuns(plan.runs);
    if (plan.runs.length > 0) return {queue, notes: Promise.resolve(plan.notes)};
    for (const note of plan.notes) deps.stderr.write(printable(`celeba-tui: ${note}\n`));
    return undefined;
  }
  const queue = makeQueue(options, deps, hooks);
  if (names.length === 0) return {queue, notes: interruptionNotes(runs, 'interface')};
  const jobs = await loadJobs(names, options);
  if (options.needed !== true) queue.add(jobs);
  const notes = [...unusedDataNotes(jobs, options), ...(await interruptionNotes(runs, 'command'))];
  if (options.needed !== true) return {queue, notes: Promise.resolve(notes)};
  // Loads the readers of all layouts, which take longer to load than everything else.
  const {skipAnswered} = await import('./skip-answered.js');
  const added = await skipAnswered(jobs, {...options, ...deps, cacheFolder: cacheFolder(deps.env)});
  queue.addRuns(added);
  return {queue, notes: Promise.resolve([...notes, ...added.flatMap(skippedNote)])};
}

/** @param journal The journal of a queue that is resumed. */
function makeQueue(
  {runs, backend, failFast, version}: RunOptions,
  deps: RunDeps,
  hooks: QueueHooks,
  journal?: Journal,
): RunQueue {
  const suffix = Math.floor(deps.random() * 2 ** 32).toString(16);
  const id = journal?.id ?? `${stamp(new Date(deps.now()))}-${suffix.padStart(8, '0')}`;
  const settings = journal?.settings ?? {backend, failFast};
  return new RunQueue({
    ...deps,
    trainerProgram,
    failFast: settings.failFast || failFast,
    journal: new QueueJournal(runs, id, settings, journal),
    createRun: runMaker({
      ...deps,
      ...{runs, version, batch: id},
      backend: settings.backend,
    }),
    ...hooks,
    stuckMs: millisecondsFrom(deps.env, STUCK_SECONDS),
  });
}

/** @throws UserError where a flag would change a result: the runs have all of these already. */
function assertNoOverrides(options: RunOptions): void {
  const {overrides, seed, repeat, resplit, backend, data, needed} = options;
  const flags = {
    '--resplit': resplit,
    '--backend': backend !== 'auto',
    '--set': overrides.length > 0,
    '--seed': seed !== undefined,
    '--repeat': repeat !== 1,
    '--data': data !== undefined,
    '--needed': needed === true,
  };
  const given = Object.entries(flags).flatMap(([flag, isGiven]) => (isGiven ? flag : []));
  if (given.length === 0) return;
  throw new UserError(
    `run --resume continues runs as they were defined. Expected no ${given.join(', no ')} with it.`,
    {hint: 'Start the experiment again to change something.'},
  );
}

function watchText(holder: LockHolder): string {
  const seconds = SILENCE_MS / 1000;
  return `celeba-tui: ${describeHolder(holder)} holds the run. ${UNSEEN}: watching its heartbeat for up to ${seconds} s.\n`;
}

function unusedDataNotes(jobs: readonly RunJob[], {data}: RunOptions): string[] {
  const files = jobs.flatMap(({experiment, file}) =>
    experiment.data.source === 'sample' ? [file] : [],
  );
  if (data === undefined || files.length === 0) return [];
  return [
    `--data is not used by ${[...new Set(files)].join(', ')}: the experiment uses sample faces. To read the folder: --set data.source=auto`,
  ];
}

function skippedNote({job, folder}: AddedRun): string[] {
  if (folder === undefined) return [];
  return [
    `${job.experiment.name} is already answered by ${path.basename(folder)} and does not run again.`,
  ];
}

/**
 * Words the reminder of unfinished runs: how to resume and how to dismiss them, by keys where there
 * is an interface; with notes on journals that cannot be used.
 */
export async function interruptionNotes(
  runs: string,
  where: 'interface' | 'command',
  list = listedOnce(runs),
): Promise<readonly string[]> {
  const {queue: last, notes} = await lastInterruptedQueue(runs, list);
  const offered = await offeredQueues(runs, list).next();
  if (offered.done === true) return notes;
  const {journal, items} = offered.value;
  const isOneActive = items.some(({status}) => isActive(status));
  const isOneEnded = items.some(({status}) => isEnded(status));
  if (where === 'interface' && isOneEnded)
    return [...notes, `Unfinished: ${unfinishedText(items)}. R resumes a run, D dismisses them.`];
  const command = `celeba-tui run --resume${last?.journal.id === journal.id ? '' : ` ${journal.id}`}`;
  const parts = [
    `Unfinished runs: ${unfinishedText(items)}. To ${isOneActive ? 'attach and resume' : 'resume'}: ${command}`,
    isOneEnded ? ', or R on a run in the interface' : '',
    items.some(({status}) => !isActive(status))
      ? '; to dismiss this reminder: celeba-tui runs --dismiss'
      : '',
  ];
  return [...notes, parts.join('')];
}
