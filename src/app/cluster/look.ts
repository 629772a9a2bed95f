import os from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {
  clusterLock,
  clusterQueueIds,
  readClusterState,
  withCancelled,
  writeClusterState,
  type ClusterState,
  type ClusterTask,
} from '../../runs/cluster/cluster-state.js';
import {readJournal} from '../../runs/queue/journal.js';
import {isQueueHeld} from '../../runs/run-holder.js';
import {RunFolder} from '../../runs/run-folder.js';
import {readRun} from '../../runs/run-record.js';
import {isEnded} from '../../runs/status.js';
import {mapLimited} from '../../util/map-limited.js';
import {HeldLock, tryLock} from '../../util/lock.js';
import {errorText} from '../../util/user-error.js';
import {CallBudget} from './call-budget.js';
import {endOf, jobsOf, Slurm, type EndedTask} from './slurm.js';
import {jobName} from './submission.js';
import {taskFailure} from './task-failure.js';

type LookOptions = {
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
  /** Asks also where somebody has just asked, unless too many did. */
  readonly isForced?: boolean;
};

type WatchedQueue = {readonly id: string; readonly state: ClusterState};

/**
 * Asks the cluster for the tasks of all queues of a folder, with one `squeue`, unless somebody has
 * asked within the last minute; and why tasks ended whose logs do not tell. What it says is written for every
 * process that shows the runs.
 */
export async function lookAtClusters(
  runs: string,
  {env, now, isForced = false}: LookOptions,
): Promise<void> {
  if ((await watchedQueues(runs)).length === 0) return;
  const budget = new CallBudget(runs, {env, now});
  const mayAsk = (): Promise<boolean> => (isForced ? budget.isLeft() : budget.isDue());
  if (!(await mayAsk())) return;
  const lock = await tryLock(clusterLock(runs)).catch(() => undefined);
  if (!(lock instanceof HeldLock)) return;
  try {
    // Somebody else may have asked before this process got the lock.
    if (await mayAsk()) await look(runs, new Slurm(env), budget);
  } finally {
    await lock.release();
  }
}

/** The queues with tasks that the cluster had when somebody looked last. */
async function watchedQueues(runs: string): Promise<WatchedQueue[]> {
  const queues = await mapLimited(await clusterQueueIds(runs), async id => {
    const state = await readClusterState(runs, id);
    const tasks = Object.values(state?.tasks ?? {}).filter(({isListed}) => isListed);
    const isWatched =
      tasks.some(({job}) => job !== undefined) ||
      // Who submits them holds the queue, unless it was killed.
      (tasks.length > 0 && !(await isQueueHeld(runs, id)));
    return state !== undefined && isWatched ? [{id, state}] : [];
  });
  return queues.flat();
}

async function look(runs: string, slurm: Slurm, budget: CallBudget): Promise<void> {
  const watched = await watchedQueues(runs);
  await budget.spend();
  try {
    const users = await usersOf(runs, watched);
    const listed = await slurm.list(
      users,
      watched.map(({id}) => jobName(id)),
    );
    for (const {id} of watched) {
      // A queue that was submitted again meanwhile has new tasks.
      const state = await readClusterState(runs, id);
      if (state === undefined) continue;
      const isTorn =
        Object.values(state.tasks).some(isUnsubmitted) && !(await isQueueHeld(runs, id));
      if (isTorn) await cancelUnknown(runs, id, listed, slurm);
      const told = isTorn ? withCancelled(state.tasks, isUnsubmitted) : state.tasks;
      const tasks = await updated(runs, told, listed, {slurm, budget});
      await writeClusterState(runs, id, {tasks});
    }
  } catch (error) {
    const fault = errorText(error);
    for (const {id, state} of watched)
      await writeClusterState(runs, id, {...state, fault}).catch(() => {});
  }
}

function isUnsubmitted({isListed, job}: ClusterTask): boolean {
  return isListed && job === undefined;
}

/** Cancels what a program submitted that was killed before it could record the jobs: nobody knows their runs. */
async function cancelUnknown(
  runs: string,
  id: string,
  listed: Listed,
  slurm: Slurm,
): Promise<void> {
  const {journal} = await readJournal(runs, id);
  const recorded = new Set(journal?.arrays.map(({job}) => job));
  const ofQueue = [...listed].filter(([, {name}]) => name === jobName(id)).map(([task]) => task);
  await slurm.cancel(jobsOf(ofQueue).filter(job => !recorded.has(job)));
}

async function usersOf(runs: string, watched: readonly WatchedQueue[]): Promise<string[]> {
  const journals = await mapLimited(watched, ({id}) => readJournal(runs, id));
  const users = journals.flatMap(({journal}) => journal?.arrays.map(({user}) => user) ?? []);
  // A program that was killed while it submitted has recorded no array.
  return users.length === 0 ? [os.userInfo().username] : [...new Set(users)];
}

type Listed = Awaited<ReturnType<Slurm['list']>>;
type Controller = {readonly slurm: Slurm; readonly budget: CallBudget};

async function updated(
  runs: string,
  tasks: ClusterState['tasks'],
  listed: Listed,
  controller: Controller,
): Promise<ClusterState['tasks']> {
  const all = Object.entries(tasks);
  const gone = all.filter(
    ([, {isListed, job}]) => isListed && job !== undefined && !listed.has(job),
  );
  const ends = await endsOf(runs, gone, controller);
  return Object.fromEntries(
    await mapLimited(all, async ([run, task]): Promise<[string, ClusterTask]> => {
      const {job, afterSeq} = task;
      if (job === undefined) return [run, task];
      const now = listed.get(job);
      if (now !== undefined && !isEnding(task, now.state))
        return [run, {job, afterSeq, state: now.state, ...reasonOf(now.reason), isListed: true}];
      return [run, task.isListed ? await endedTask(runs, run, task, ends) : task];
    }),
  );
}

/** Whether a task was cancelled from here, and Slurm lists it only until its processes are gone. */
function isEnding({isListed, state}: ClusterTask, now: string): boolean {
  return !isListed && state === 'CANCELLED' && now !== 'PENDING';
}

function reasonOf(reason: string): {readonly reason?: string} {
  return reason === '' || reason === 'None' ? {} : {reason};
}

/** How the tasks ended that are gone and whose runs' logs do not tell. */
type Ends = {
  readonly silent: ReadonlySet<string>;
  /** What the cluster remembers; undefined where it is asked later, because it was just asked. */
  readonly ends: ReadonlyMap<string, EndedTask> | undefined;
};

async function endsOf(
  runs: string,
  gone: readonly (readonly [string, ClusterTask])[],
  {slurm, budget}: Controller,
): Promise<Ends> {
  const jobs = await mapLimited(gone, async ([run, {job = '', afterSeq}]) => {
    const {state} = await readRun(new RunFolder(path.join(runs, run)));
    return isEnded(state.status) && state.lastSeq > afterSeq ? [] : [job];
  });
  const silent = new Set(jobs.flat());
  if (silent.size === 0) return {silent, ends: new Map()};
  if (!(await budget.isLeft())) return {silent, ends: undefined};
  await budget.spend();
  // Slurm tells the end of a task a moment after it is gone from the list.
  await sleep(SETTLE_MS);
  return {silent, ends: await slurm.ended([...silent]).catch(() => new Map<string, EndedTask>())};
}

const SETTLE_MS = 500;

async function endedTask(
  runs: string,
  run: string,
  task: ClusterTask,
  {silent, ends}: Ends,
): Promise<ClusterTask> {
  const {job = '', afterSeq} = task;
  const ended = {job, afterSeq, state: 'ENDED', isListed: false};
  if (!silent.has(job)) return ended;
  if (ends === undefined) return task;
  const end = endOf(ends, job);
  const failure = await taskFailure(runs, run, job, end);
  return {...ended, ...(end && {state: end.state}), ...(failure && {failure})};
}
