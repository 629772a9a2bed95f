import os from 'node:os';
import {newQueueId, runMaker} from '../runs/create-run.js';
import type {Journal, RunJob} from '../runs/queue/journal.js';
import {QueueJournal} from '../runs/queue/queue-journal.js';
import {newRun, type AddedRun, type RunQueueOptions} from '../runs/queue/queue-state.js';
import {RunQueue} from '../runs/queue/run-queue.js';
import {withDividedThreads} from '../tensorflow/native/threads.js';
import {cacheFolder} from '../util/cache-folder.js';
import {CHECKPOINT_SECONDS, millisecondsFrom, STUCK_SECONDS} from '../util/environment-seconds.js';
import {printable} from '../util/format.js';
import {SILENCE_MS} from '../util/heartbeat.js';
import {describeHolder, UNSEEN, type LockHolder} from '../util/lock-file.js';
import {programFile} from '../util/package-file.js';
import {UserError} from '../util/user-error.js';
import type {CompareSearch} from './add-seeds.js';
import {lookAtClusters} from './cluster/look.js';
import {givenFlags} from '../util/given-flags.js';
import {loadJobs, queueSettings, unusedDataNotes, type RunOptions} from './load-jobs.js';
import type {SignalSource} from './queue-control.js';
import {planResume} from './resume.js';
import {crowdNotes, interruptionNotes, skippedNote} from './start-notes.js';
import type {Streams} from './streams.js';
import {sliceAttributes} from '../experiment/slices.js';

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

/** The program that is forked for each run. */
export const trainerProgram = programFile('training/trainer/main.js');

type QueueHooks = Pick<RunQueueOptions, 'onEvent' | 'onNotice'> & {
  /** Compares the runs of a search; in this thread where it is left out. */
  readonly compare?: CompareSearch | undefined;
};

/** The runs that a command line asks for. */
export type PlannedRuns = {
  readonly runs: readonly AddedRun[];
  /** The journal of the queue that is resumed. */
  readonly journal: Journal | undefined;
  /** Keys of its runs that a cluster has. */
  readonly onCluster: ReadonlySet<string>;
  readonly notes: readonly string[];
};

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
  if (names.length === 0 && options.resume !== true) {
    assertEnvironment(deps);
    const queue = makeQueue(options, deps, hooks);
    return {queue, notes: interruptionNotes(options.runs, 'interface')};
  }
  const {runs, journal, onCluster, notes} = await planRuns(names, options, deps);
  if (options.resume !== true)
    await assertData(runs.filter(({run}) => run.status === 'queued').map(({job}) => job));
  if (journal !== undefined && onCluster.size > 0) throw onClusterError(journal, onCluster.size);
  const queue = makeQueue(options, deps, hooks, journal);
  queue.addRuns(runs);
  if (runs.length > 0)
    return {queue, notes: Promise.resolve([...crowdNotes(queue.jobs), ...notes])};
  for (const note of notes) deps.stderr.write(printable(`celeba-tui: ${note}\n`));
  return undefined;
}

/**
 * Plans the runs that a command line asks for, new or resumed; none where there is nothing to resume.
 *
 * @throws UserError where a run cannot be prepared, or the environment sets an invalid time.
 */
export async function planRuns(
  names: readonly string[],
  options: RunOptions,
  deps: RunDeps,
): Promise<PlannedRuns> {
  assertEnvironment(deps);
  const {runs: folder, force = false, unattended = false} = options;
  if (options.resume === true) {
    assertNoOverrides(options);
    // What a cluster has lost since somebody looked can be resumed.
    await lookAtClusters(folder, {...deps, isForced: true});
    return planResume(names, folder, {
      ...{force, unattended},
      onWait: holder => deps.stderr.write(watchText(holder)),
    });
  }
  const jobs = await newJobs(names, options, deps);
  const notes = [
    ...unusedDataNotes(jobs, options.data),
    ...(await interruptionNotes(folder, 'command')),
  ];
  const runs =
    options.needed === true ? await withoutAnswered(jobs, options, deps) : jobs.map(newRun);
  const skipped = runs.flatMap(skippedNote);
  return {runs, journal: undefined, onCluster: new Set(), notes: [...notes, ...skipped]};
}

function onClusterError({id, arrays}: Journal, runs: number): UserError {
  const jobs = arrays.map(({job}) => job).join(' ');
  return new UserError(
    `${runs === 1 ? 'One run' : `${runs} runs`} of the queue ${id} ${runs === 1 ? 'is' : 'are'} on the cluster.`,
    {
      hint: `To resume the others there: celeba-tui run --resume ${id} --on slurm. To take all back first: scancel ${jobs}`,
    },
  );
}

/** The trainers read it: a wrong value is reported before anything starts. */
function assertEnvironment({env}: RunDeps): void {
  millisecondsFrom(env, CHECKPOINT_SECONDS);
}

/** The jobs that a command line asks for; those of a search up to its first look. */
async function newJobs(
  names: readonly string[],
  options: RunOptions,
  deps: RunDeps,
): Promise<readonly RunJob[]> {
  const {assertNoSearchOptions, planSearch} = await import('./plan-search.js');
  if (options.untilDecided === true) return planSearch(names, options, deps.random);
  assertNoSearchOptions(options);
  return loadJobs(names, options);
}

async function withoutAnswered(
  jobs: readonly RunJob[],
  options: Pick<RunOptions, 'runs' | 'data'>,
  deps: RunDeps,
): Promise<readonly AddedRun[]> {
  // Loads the readers of all layouts, which take longer to load than everything else.
  const {skipAnswered} = await import('./skip-answered.js');
  return skipAnswered(jobs, {...options, ...deps, cacheFolder: cacheFolder(deps.env)});
}

/** Adds seeds and trials to the searches of a queue; compares with the rest of the program where nobody waits for keys. */
function growBy(
  options: RunOptions,
  deps: RunDeps,
  {compare = compareHere}: Pick<QueueHooks, 'compare'>,
  {isNeeded, parallel}: {readonly isNeeded: boolean; readonly parallel: number},
): NonNullable<RunQueueOptions['grow']> {
  return async items => {
    const {addSeeds} = await import('./add-seeds.js');
    const {addTrials} = await import('./search/add-trials.js');
    const seeds = await addSeeds(items, compare);
    const trials = await addTrials(items, parallel);
    const jobs = [...seeds.jobs, ...trials.jobs];
    const looks = [...seeds.looks, ...trials.looks];
    const runs = isNeeded ? await withoutAnswered(jobs, options, deps) : jobs.map(newRun);
    return {runs, looks};
  };
}

const compareHere: CompareSearch = async (records, untilDecided) => {
  const {compareRuns} = await import('../compare/comparison.js');
  return compareRuns(records, {untilDecided});
};

/** @param journal The journal of a queue that is resumed. */
function makeQueue(
  options: RunOptions,
  deps: RunDeps,
  {compare, ...hooks}: QueueHooks,
  journal?: Journal,
): RunQueue {
  const {runs, backend, failFast, version} = options;
  const id = journal?.id ?? newQueueId(deps);
  const settings = journal?.settings ?? queueSettings(options, backend);
  const jobs = options.jobs ?? settings.jobs ?? 1;
  return new RunQueue({
    ...deps,
    ...{trainerProgram, jobs},
    env: withDividedThreads(deps.env, jobs, os.availableParallelism()),
    failFast: settings.failFast || failFast,
    journal: new QueueJournal(runs, id, settings, journal),
    createRun: runMaker({
      ...deps,
      ...{runs, version, batch: id},
      backend: settings.backend,
    }),
    ...hooks,
    grow: growBy(options, deps, {compare}, {isNeeded: settings.needed === true, parallel: jobs}),
    stuckMs: millisecondsFrom(deps.env, STUCK_SECONDS),
  });
}

/** @throws UserError where a flag would change a result: the runs have all of these already. */
function assertNoOverrides(options: RunOptions): void {
  const {overrides, seed, repeat, resplit, backend, data, needed, untilDecided} = options;
  const flags = {
    '--resplit': resplit,
    '--backend': backend !== 'auto',
    '--set': overrides.length > 0,
    '--seed': seed !== undefined,
    '--repeat': repeat !== 1,
    '--data': data !== undefined,
    '--needed': needed === true,
    '--until-decided': untilDecided === true,
    '--difference': options.difference !== undefined,
    '--max-runs': options.maxRuns !== undefined,
  };
  const given = givenFlags(flags);
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

/**
 * Checks, before anything is started, that new runs find their data and its attributes, and the weights of
 * their backbones. Names of files and the heads of tables tell: no image is read.
 *
 * @throws UserError with exit code 3.
 */
async function assertData(jobs: readonly RunJob[]): Promise<void> {
  const read = new Map<string, readonly string[]>();
  for (const {experiment} of jobs) {
    const {backbone} = experiment.model;
    if (backbone !== undefined) (await import('../training/backbone.js')).assertBackbone(backbone);
    const {source, labels, imageColumn, root, heads} = experiment.data;
    if (source === 'sample') continue;
    // What knows the layouts takes long to load.
    const {readAttributes} = await import('../data/open-catalogue.js');
    const {columnsOf} = await import('../data/sampling.js');
    const keys = {source, labels, imageColumn};
    const place = JSON.stringify([keys, root]);
    const attributes = read.get(place) ?? (await readAttributes(keys, root));
    read.set(place, attributes);
    const slices = sliceAttributes(experiment.evaluation.slices ?? []);
    columnsOf({attributes, source: root}, heads, 'data.heads');
    columnsOf({attributes, source: root}, slices, 'evaluation.slices');
  }
}
