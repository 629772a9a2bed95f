import {chunksOf} from '../../util/chunks.js';
import {rm} from 'node:fs/promises';
import os from 'node:os';
import {newQueueId, runMaker} from '../../runs/create-run.js';
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
import {findNativePackage} from '../../tensorflow/load.js';
import {mapLimited} from '../../util/map-limited.js';
import {messageOf, UserError} from '../../util/user-error.js';
import {queueSettings, type RunOptions} from '../load-jobs.js';
import {scriptOf, testScript, writeArray, type ClusterContext} from './array-files.js';
import {Slurm} from './slurm.js';
import {arrayFiles, type Submission} from './submission.js';

/** Runs for a cluster, and the journal of their queue where it has one already. */
export type ClusterPlan = {
  readonly runs: readonly AddedRun[];
  readonly journal: Journal | undefined;
  /** Keys of those that the cluster has already. */
  readonly onCluster: ReadonlySet<string>;
};

export type SubmittedQueue = {
  readonly id: string;
  readonly items: readonly QueueItem[];
  /** Ids of the array jobs that were submitted now. */
  readonly jobs: readonly string[];
  readonly arrays: readonly SubmittedArray[];
};

/** The scripts that would be submitted, for people to read. */
export async function dryRun(plan: ClusterPlan, context: ClusterContext): Promise<string> {
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
export async function submit(plan: ClusterPlan, context: ClusterContext): Promise<SubmittedQueue> {
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
  const settings = plan.journal?.settings ?? queueSettings(options, backendOf(options, deps.env));
  const journal = new QueueJournal(runs, id, settings, plan.journal);
  await journal.open(keyed);
  const before = await readClusterState(runs, id);
  const progress: Progress = {folders: [], jobs: []};
  try {
    const items = await makeRunFolders(
      keyed,
      {...context, id, backend: settings.backend},
      progress,
    );
    const chunks = chunksOf(
      items.filter(item => isToSubmit(item, plan)),
      size,
    );
    await tellTasks(chunks, {...context, id, before, jobs: []});
    const failFast = settings.failFast || options.failFast;
    for (const [index, chunk] of chunks.entries()) {
      const submission = submissionOf(chunk, failFast, context);
      const script = await writeArray(id, firstArray(plan) + index, submission, context);
      // Several arrays start together, once all of them were accepted.
      progress.jobs.push(await slurm.submit(script, chunks.length > 1));
    }
    journal.record(items);
    const arrays = arraysOf(chunks, progress.jobs);
    journal.submitted(arrays);
    await tellTasks(chunks, {...context, id, before, jobs: progress.jobs});
    if (arrays.length > 1) await slurm.release(progress.jobs);
    return {id, items, jobs: progress.jobs, arrays: [...earlier, ...arrays]};
  } catch (error) {
    await undo(slurm, runs, id, {...progress, before, isNew: plan.journal === undefined});
    throw error;
  } finally {
    await journal.close();
  }
}

function submissionOf(
  chunk: readonly QueueItem[],
  failFast: boolean,
  {profile}: ClusterContext,
): Submission {
  return {runs: chunk.map(({run}) => run.id), failFast, restarts: profile.restarts};
}

function arraysOf(
  chunks: readonly (readonly QueueItem[])[],
  jobs: readonly string[],
): SubmittedArray[] {
  const {username: user} = os.userInfo();
  return chunks.map((chunk, index) => ({
    ...{job: jobs[index] as string, user},
    keys: chunk.map(({key}) => key),
  }));
}

function isToSubmit(item: QueueItem, {onCluster}: ClusterPlan): boolean {
  return isQueued(item) && !onCluster.has(item.key);
}

/** The number of the next array of a queue, by which its files are named. */
function firstArray({journal}: ClusterPlan): number {
  return (journal?.arrays.length ?? 0) + 1;
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

/** Makes the folders of the queued runs that have none, so that they are listed while they wait. */
async function makeRunFolders(
  items: readonly QueueItem[],
  {options, deps, id, backend}: ClusterContext & {readonly id: string; readonly backend: string},
  {folders}: Progress,
): Promise<readonly QueueItem[]> {
  const git = gitState(process.cwd());
  const {runs, version} = options;
  const make = runMaker({
    ...{runs, version, backend, batch: id},
    ...deps,
    git: () => git,
    // To wait for the disk takes seconds for a thousand runs, and most of these wait for hours.
    flush: false,
  });
  return mapLimited(items, async (item, index) => {
    if (!isQueued(item) || item.folder !== undefined) return item;
    // Names of runs that start in the same second sort in the order of the queue.
    const folder = await make(item.job, () => (index + deps.random()) / items.length);
    folders.push(folder.path);
    const run = {...item.run, id: folder.id, experiment: item.job.experiment.name};
    return {...item, folder: folder.path, run};
  });
}

/** Tells every process that shows the runs of their tasks, with those of earlier submissions. */
async function tellTasks(
  chunks: readonly (readonly QueueItem[])[],
  {
    id,
    options,
    before,
    jobs,
  }: ClusterContext & {
    readonly id: string;
    readonly before: ClusterState | undefined;
    /** Ids of the array jobs; none while they are being submitted. */
    readonly jobs: readonly string[];
  },
): Promise<void> {
  const tasks = chunks.flatMap((chunk, array) =>
    chunk.map(({run}, index): [string, ClusterTask] => {
      const job = jobs[array] === undefined ? undefined : `${jobs[array]}_${index}`;
      return [run.id, {job, state: 'PENDING', isListed: true, afterSeq: run.lastSeq}];
    }),
  );
  await writeClusterState(options.runs, id, {
    tasks: {...before?.tasks, ...Object.fromEntries(tasks)},
  });
}

/** What a submission has made so far. */
type Progress = {readonly jobs: string[]; readonly folders: string[]};

/** Takes back what a submission has made that failed. */
async function undo(
  slurm: Slurm,
  runs: string,
  id: string,
  {
    jobs,
    folders,
    before,
    isNew,
  }: Progress & {readonly before: ClusterState | undefined; readonly isNew: boolean},
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
  if (!isNew) return;
  await rm(journalFile(runs, id), {force: true});
  await rm(arrayFiles(runs, id, 1).folder, {recursive: true, force: true});
}
