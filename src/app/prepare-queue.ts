import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {withSeeds} from '../runs/queue/jobs.js';

import type {Journal, RunJob} from '../runs/queue/journal.js';
import {QueueJournal} from '../runs/queue/queue-journal.js';
import type {AddedRun, RunQueueOptions} from '../runs/queue/queue-state.js';
import {RunQueue} from '../runs/queue/run-queue.js';
import {fullDataRoot, withFullRoot} from '../experiment/data-root.js';
import {loadExperiment} from '../experiment/load.js';
import {assertFitsMemory} from '../model/memory.js';
import {runMaker, stamp} from '../runs/create-run.js';
import {cacheFolder} from '../util/cache-folder.js';
import {CHECKPOINT_SECONDS, millisecondsFrom, STUCK_SECONDS} from '../util/environment-seconds.js';
import {printable} from '../util/format.js';
import {SILENCE_MS} from '../util/heartbeat.js';
import {describeHolder, UNSEEN, type LockHolder} from '../util/lock-file.js';
import {machineMemory} from '../util/machine-memory.js';
import {UserError} from '../util/user-error.js';
import type {SignalSource} from './ending-signals.js';
import {interruptionNotes} from './interruption-notes.js';
import {planResume} from './resume.js';
import type {Streams} from './streams.js';

export type RunOptions = {
  readonly folder: string;
  readonly runs: string;
  readonly data: string | undefined;
  readonly overrides: readonly string[];
  readonly seed: number | undefined;
  readonly repeat: number;
  readonly resplit: boolean;
  readonly backend: string;
  readonly failFast: boolean;
  readonly json: boolean;
  readonly version: string;
  /** Go on with interrupted runs: those named, or the last queue where none is. */
  readonly resume?: boolean;
  /** Take over what a process has that cannot be seen from here, without waiting for its heartbeat. */
  readonly force?: boolean;
  /** No person goes on, but a process after the interface was left. */
  readonly unattended?: boolean;
  /** Skip what a finished run with the same configuration and data has answered. */
  readonly needed?: boolean;
};

export type RunDeps = Streams & {
  readonly env: NodeJS.ProcessEnv;
  readonly signals: SignalSource;
  readonly now: () => number;
  readonly random: () => number;
};

/** @throws UserError where nothing is named. */
export function requireNames(names: readonly string[]): void {
  if (names.length === 0) {
    throw new UserError('run: no experiment given. Expected one or more names or files.', {
      hint: 'celeba-tui list shows them; for example: celeba-tui run quick --ci',
    });
  }
}

/** The jobs of the named experiments, checked whole before anything is written. */
export async function loadJobs(names: readonly string[], options: RunOptions): Promise<RunJob[]> {
  requireNames(names);
  // --data as a --set: a file that is read again says what the run does, and no matrix undoes it.
  const overrides = [...options.overrides, ...dataOverride(options.data)];
  const parsed = await Promise.all(
    names.map(name => loadExperiment(name, options.folder, overrides)),
  );
  const jobs = parsed.flatMap(({file, path: experimentPath, variants}) => {
    const origin = {path: path.resolve(experimentPath), overrides};
    return variants.map(variant => ({
      ...variant,
      experiment: withFullRoot(variant.experiment),
      file: file.name,
      origin,
    }));
  });
  for (const {experiment} of jobs) assertFitsMemory(experiment, machineMemory());
  return withSeeds(jobs, {
    repeat: options.repeat,
    resplit: options.resplit,
    ...(options.seed === undefined ? {} : {seed: options.seed}),
  });
}

/** `--data` as a `--set`. */
function dataOverride(data: string | undefined): string[] {
  return data === undefined ? [] : [`data.root=${JSON.stringify(fullDataRoot(data))}`];
}

/** What is forked for each run. */
export const trainerProgram = fileURLToPath(
  new URL('../training/trainer/main.js', import.meta.url),
);

/** Who wants to know what happens in a queue. */
type QueueHooks = Pick<RunQueueOptions, 'onEvent' | 'onNotice'>;

/**
 * A queue whose trainers are those of this build, with its journal.
 *
 * @param from The journal of a queue that goes on.
 */
function makeQueue(
  options: RunOptions,
  deps: RunDeps,
  hooks: QueueHooks = {},
  from?: Journal,
): RunQueue {
  const {runs} = options;
  const id = from?.id ?? `${stamp(new Date(deps.now()))}-${hex(deps.random)}`;
  const asked = {
    data: options.data === undefined ? undefined : fullDataRoot(options.data),
    backend: options.backend,
    failFast: options.failFast,
  };
  const settings =
    from === undefined
      ? asked
      : {...from.settings, failFast: from.settings.failFast || asked.failFast};
  return new RunQueue({
    ...deps,
    trainerProgram,
    failFast: settings.failFast,
    journal: new QueueJournal(runs, id, settings, from),
    createRun: runMaker({
      ...deps,
      runs,
      dataRoot: settings.data,
      backend: settings.backend,
      version: options.version,
      batch: id,
    }),
    ...hooks,
    stuckMs: millisecondsFrom(deps.env, STUCK_SECONDS),
  });
}

function hex(random: () => number): string {
  return Math.floor(random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}

type PreparedQueue = {
  readonly queue: RunQueue;
  /** What a person should know of it. Of an empty queue it comes later: all runs are read for it. */
  readonly notes: Promise<readonly string[]>;
};

/**
 * The queue that a command line asks for: new runs, or those that go on.
 *
 * @returns undefined where there is nothing to go on with.
 * @throws UserError where a run cannot be prepared, or the environment sets a time that is none.
 */
export async function prepareQueue(
  names: readonly string[],
  options: RunOptions,
  deps: RunDeps,
  hooks: QueueHooks = {},
): Promise<PreparedQueue | undefined> {
  // The trainers read it: a wrong value is told before anything is begun.
  millisecondsFrom(deps.env, CHECKPOINT_SECONDS);
  if (options.resume !== true) {
    const queue = makeQueue(options, deps, hooks);
    if (names.length === 0) return {queue, notes: interruptionNotes(options.runs, 'interface')};
    const jobs = await loadJobs(names, options);
    const notes = [
      ...unusedDataNotes(jobs, options),
      ...(await interruptionNotes(options.runs, 'command')),
    ];
    if (options.needed !== true) {
      queue.add(jobs);
      return {queue, notes: Promise.resolve(notes)};
    }
    // The readers of all layouts, which take longer to load than everything else.
    const {asNeeded} = await import('./needed.js');
    const items = await asNeeded(jobs, {...options, ...deps, cacheFolder: cacheFolder(deps.env)});
    queue.addRuns(items);
    return {queue, notes: Promise.resolve([...notes, ...items.flatMap(answeredNote)])};
  }
  assertNoOverrides(options);
  const {runs, force = false, unattended = false} = options;
  const plan = await planResume(names, runs, {
    ...{force, unattended},
    onWait: holder => deps.stderr.write(watchedText(holder)),
  });
  if (plan.runs.length === 0) {
    for (const note of plan.notes) deps.stderr.write(printable(`celeba-tui: ${note}\n`));
    return undefined;
  }
  const queue = makeQueue(options, deps, hooks, plan.journal);
  queue.addRuns(plan.runs);
  return {queue, notes: Promise.resolve(plan.notes)};
}

function watchedText(holder: LockHolder): string {
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

function answeredNote({job, folder}: AddedRun): string[] {
  if (folder === undefined) return [];
  return [
    `${job.experiment.name} is already answered by ${path.basename(folder)} and does not run again.`,
  ];
}

/** Everything that decides a result stands in the runs already. */
function assertNoOverrides(options: RunOptions): void {
  const {overrides, seed, repeat, resplit, backend, data, needed} = options;
  const given = [
    ...(resplit ? ['--resplit'] : []),
    ...(backend === 'auto' ? [] : ['--backend']),
    ...(overrides.length > 0 ? ['--set'] : []),
    ...(seed === undefined ? [] : ['--seed']),
    ...(repeat === 1 ? [] : ['--repeat']),
    ...(data === undefined ? [] : ['--data']),
    ...(needed === true ? ['--needed'] : []),
  ];
  if (given.length === 0) return;
  throw new UserError(
    `run --resume continues runs as they were defined. Expected no ${given.join(', no ')} with it.`,
    {hint: 'Start the experiment again to change something.'},
  );
}
