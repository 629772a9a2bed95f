import {mkdirSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {runMaker, stamp} from '../../runs/create-run.js';
import {gitState} from '../../runs/git-state.js';
import {
  clusterFile,
  readClusterState,
  writeClusterState,
  type ClusterState,
  type ClusterTask,
} from '../../runs/cluster/cluster-state.js';
import type {Journal, SubmittedArray} from '../../runs/queue/journal.js';
import {QueueJournal} from '../../runs/queue/queue-journal.js';
import {isQueued, type AddedRun, type QueueItem} from '../../runs/queue/queue-state.js';
import {journalFile} from '../../runs/run-holder.js';
import type {RunState} from '../../runs/run-state.js';
import {findNativePackage} from '../../tensorflow/load.js';
import {mapLimited} from '../../util/map-limited.js';
import {programFile} from '../../util/package-file.js';
import {messageOf, UserError} from '../../util/user-error.js';
import {writeAtomic} from '../../util/write-atomic.js';
import type {RunOptions} from '../load-jobs.js';
import type {RunDeps} from '../start.js';
import type {Profile} from './profile.js';
import {arrayScript, sbatchPath} from './script.js';
import {Slurm} from './slurm.js';
import {arrayFiles, jobName, type Submission} from './submission.js';

export type ClusterOptions = {
  readonly profile: Profile;
  /** How many tasks may run at a time; as many as the cluster allows where it is undefined. */
  readonly maxParallel: number | undefined;
};

/** Runs for a cluster, and the journal of their queue where it has one already. */
export type ClusterPlan = {
  readonly runs: readonly AddedRun[];
  readonly journal: Journal | undefined;
  /** Keys of those that the cluster has already. */
  readonly onCluster: ReadonlySet<string>;
};

/** A queue that a cluster has. */
export type SubmittedQueue = {
  readonly id: string;
  readonly items: readonly QueueItem[];
  /** Ids of the array jobs that were submitted now. */
  readonly jobs: readonly string[];
  /** All arrays of the queue. */
  readonly arrays: readonly SubmittedArray[];
};

type Context = ClusterOptions & {readonly options: RunOptions; readonly deps: RunDeps};

/** The scripts that would be submitted, for people to read. */
export async function dryRun(plan: ClusterPlan, context: Context): Promise<string> {
  const id = plan.journal?.id ?? newQueueId(context.deps);
  const tasks = withKeys(plan.runs).filter(item => isToSubmit(item, plan));
  const size = await new Slurm(context.deps.env).maxArraySize().catch(() => tasks.length);
  return chunksOf(tasks, size)
    .map((chunk, index) => scriptOf(id, firstArray(plan) + index, chunk.length, context))
    .join('\n');
}

/**
 * Submits the queued runs of a plan, each as a task of an array job. Everything that can be checked
 * is checked before anything is written; a submission that fails leaves no run and no job.
 *
 * @throws UserError where the cluster refuses the runs.
 */
export async function submit(plan: ClusterPlan, context: Context): Promise<SubmittedQueue> {
  const {options, deps} = context;
  const keyed = withKeys(plan.runs);
  const tasks = keyed.filter(item => isToSubmit(item, plan)).length;
  const id = plan.journal?.id ?? newQueueId(deps);
  const earlier = plan.journal?.arrays ?? [];
  if (tasks === 0) return {id, items: keyed, jobs: [], arrays: earlier};
  const slurm = new Slurm(deps.env);
  const size = await slurm.maxArraySize();
  await testScript(slurm, id, Math.min(size, tasks), context);

  const {runs} = options;
  const settings = plan.journal?.settings ?? {
    backend: backendOf(options, deps.env),
    failFast: options.failFast,
    ...(options.needed === true ? {needed: true} : {}),
  };
  const journal = new QueueJournal(runs, id, settings, plan.journal);
  await journal.open(keyed);
  const folders: string[] = [];
  const jobs: string[] = [];
  const before = await readClusterState(runs, id);
  const tell = (items: readonly QueueItem[], task: (run: RunState) => ClusterTask): Promise<void> =>
    writeClusterState(runs, id, {
      looked: new Date(deps.now()).toISOString(),
      tasks: {
        ...before?.tasks,
        ...Object.fromEntries(items.map(({run}) => [run.id, task(run)])),
      },
    });
  try {
    const items = await makeFolders(keyed, {...context, id, backend: settings.backend}, folders);
    const chunks = chunksOf(
      items.filter(item => isToSubmit(item, plan)),
      size,
    );
    await tell(chunks.flat(), taskOf(chunks, jobs));
    for (const [index, chunk] of chunks.entries()) {
      const submission = {
        runs: chunk.map(({run}) => run.id),
        failFast: settings.failFast || options.failFast,
        restarts: context.profile.restarts,
      };
      const script = await writeArray(id, firstArray(plan) + index, submission, context);
      // Several arrays start together, once all of them were accepted.
      jobs.push(await slurm.submit(script, chunks.length > 1));
    }
    const {username: user} = os.userInfo();
    const arrays = chunks.map((chunk, index) => ({
      ...{job: jobs[index] as string, user},
      keys: chunk.map(({key}) => key),
    }));
    journal.record(items);
    arrays.forEach(array => journal.submitted(array));
    await tell(chunks.flat(), taskOf(chunks, jobs));
    if (jobs.length > 1) await slurm.release(jobs);
    return {id, items, jobs, arrays: [...earlier, ...arrays]};
  } catch (error) {
    await undo(slurm, runs, id, {jobs, folders, before});
    if (plan.journal === undefined) {
      await rm(journalFile(runs, id), {force: true});
      await rm(arrayFiles(runs, id, 1).folder, {recursive: true, force: true});
    }
    throw error;
  } finally {
    await journal.close();
  }
}

function isToSubmit(item: QueueItem, {onCluster}: ClusterPlan): boolean {
  return isQueued(item) && !onCluster.has(item.key);
}

/** The number of the next array of a queue, by which its files are named. */
function firstArray({journal}: ClusterPlan): number {
  return (journal?.arrays.length ?? 0) + 1;
}

/** `stamp` with a random number, as for a queue on one machine. */
function newQueueId({now, random}: RunDeps): string {
  const suffix = Math.floor(random() * 2 ** 32).toString(16);
  return `${stamp(new Date(now()))}-${suffix.padStart(8, '0')}`;
}

/**
 * The backend of the tasks. Where this machine has the native one, a node without it must say so: it
 * would train slowly otherwise, and to other digits.
 */
function backendOf({backend}: RunOptions, env: NodeJS.ProcessEnv): string {
  return backend === 'auto' && findNativePackage(env) !== undefined ? 'tensorflow' : backend;
}

function withKeys(runs: readonly AddedRun[]): QueueItem[] {
  let next = Math.max(0, ...runs.map(({key}) => Number(key ?? 0)));
  return runs.map(run => ({...run, key: run.key ?? String(++next)}));
}

function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({length: count}, (_, index) => items.slice(index * size, (index + 1) * size));
}

function scriptOf(
  id: string,
  array: number,
  tasks: number,
  {options, profile, maxParallel}: Context,
): string {
  const runs = path.resolve(options.runs);
  const args = ['run-task', '--runs', runs, '--queue', id, '--array', String(array)];
  return arrayScript({
    ...{profile, tasks, maxParallel, name: jobName(id)},
    output: sbatchPath(arrayFiles(runs, id, array).folder) + `/${array}-%a.log`,
    command: [process.execPath, programFile('main.js'), ...args],
  });
}

/** Asks the cluster before anything is written to the folder of the runs. */
async function testScript(
  slurm: Slurm,
  id: string,
  tasks: number,
  context: Context,
): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'celeba-tui-slurm-'));
  try {
    const file = path.join(folder, 'test.sh');
    await writeAtomic(file, scriptOf(id, 1, tasks, context));
    await slurm.test(file);
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
}

async function writeArray(
  id: string,
  array: number,
  submission: Submission,
  context: Context,
): Promise<string> {
  const files = arrayFiles(context.options.runs, id, array);
  mkdirSync(files.folder, {recursive: true});
  await writeAtomic(files.submission, `${JSON.stringify(submission)}\n`);
  await writeAtomic(files.script, scriptOf(id, array, submission.runs.length, context));
  return files.script;
}

/** Makes the folders of the queued runs that have none, so that they are listed while they wait. */
async function makeFolders(
  items: readonly QueueItem[],
  {options, deps, id, backend}: Context & {readonly id: string; readonly backend: string},
  folders: string[],
): Promise<readonly QueueItem[]> {
  const git = gitState(process.cwd());
  const {runs, version} = options;
  return mapLimited(items, async (item, index) => {
    if (!isQueued(item) || item.folder !== undefined) return item;
    const make = runMaker({
      ...{runs, version, backend, batch: id, now: deps.now, git: () => git},
      // Names of runs that start in the same second sort in the order of the queue.
      random: () => (index + deps.random()) / items.length,
    });
    const folder = await make(item.job);
    folders.push(folder.path);
    const run = {...item.run, id: folder.id, experiment: item.job.experiment.name};
    return {...item, folder: folder.path, run};
  });
}

function taskOf(
  chunks: readonly (readonly QueueItem[])[],
  jobs: readonly string[],
): (run: RunState) => ClusterTask {
  const ids = chunks.flatMap((chunk, array) =>
    chunk.flatMap(({run}, task) =>
      jobs[array] === undefined ? [] : [[run.id, `${jobs[array]}_${task}`] as const],
    ),
  );
  const byRun = new Map(ids);
  return ({id, lastSeq}) => ({
    ...{job: byRun.get(id), state: 'PENDING', isListed: true},
    afterSeq: lastSeq,
  });
}

type Made = {
  readonly jobs: readonly string[];
  readonly folders: readonly string[];
  /** What the cluster had said of the queue's tasks. */
  readonly before: ClusterState | undefined;
};

/** Removes what a submission has made that failed. */
async function undo(
  slurm: Slurm,
  runs: string,
  id: string,
  {jobs, folders, before}: Made,
): Promise<void> {
  try {
    await slurm.cancel(jobs);
  } catch (error) {
    throw new UserError(
      `The submission failed, and its jobs ${jobs.join(', ')} could not be cancelled: ${messageOf(error)}`,
      {hint: `Cancel them with: scancel ${jobs.join(' ')}`, exitCode: 1, cause: error},
    );
  }
  for (const folder of folders) await rm(folder, {recursive: true, force: true});
  if (before === undefined) await rm(clusterFile(runs, id), {force: true});
  else await writeClusterState(runs, id, before);
}
