import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {
  clusterQueueIds,
  readClusterState,
  writeClusterState,
  type ClusterState,
  type ClusterTask,
} from '../../runs/cluster/cluster-state.js';
import {readJournal} from '../../runs/queue/journal.js';
import {journalFile} from '../../runs/run-holder.js';
import {RunFolder} from '../../runs/run-folder.js';
import {readRun} from '../../runs/run-record.js';
import {isEnded} from '../../runs/status.js';
import {CLUSTER_SECONDS, millisecondsFrom} from '../../util/environment-seconds.js';
import {mapLimited} from '../../util/map-limited.js';
import {HeldLock, tryLock} from '../../util/lock.js';
import {errorText} from './slurm-error.js';
import {endOf, Slurm, type EndedTask} from './slurm.js';
import {jobName} from './submission.js';
import {taskFailure} from './task-failure.js';

/** How often all who watch ask the cluster, together. */
const LOOK_MS = 60_000;

type LookOptions = {
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
  /** Asks now, also where somebody has just asked. */
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
  const watched = await watchedQueues(runs);
  const everyMs = millisecondsFrom(env, CLUSTER_SECONDS) ?? LOOK_MS;
  const isDue = watched.some(({state}) => {
    const age = now() - Date.parse(state.looked);
    // The clock of the machine that asked last may be ahead.
    return isForced || !(age >= -everyMs && age < everyMs);
  });
  if (!isDue) return;
  const lock = await tryLock(journalFile(runs, 'cluster', 'lock')).catch(() => undefined);
  if (!(lock instanceof HeldLock)) return;
  try {
    await look(runs, watched, new Slurm(env), now);
  } finally {
    await lock.release();
  }
}

/** The queues with tasks that the cluster had when somebody looked last. */
async function watchedQueues(runs: string): Promise<WatchedQueue[]> {
  const queues = await mapLimited(await clusterQueueIds(runs), async id => {
    const state = await readClusterState(runs, id);
    const isWatched = Object.values(state?.tasks ?? {}).some(
      ({isListed, job}) => isListed && job !== undefined,
    );
    return state !== undefined && isWatched ? [{id, state}] : [];
  });
  return queues.flat();
}

async function look(
  runs: string,
  watched: readonly WatchedQueue[],
  slurm: Slurm,
  now: () => number,
): Promise<void> {
  const looked = new Date(now()).toISOString();
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
      const tasks = await updated(runs, state, listed, slurm);
      await writeClusterState(runs, id, {looked, tasks});
    }
  } catch (error) {
    const fault = errorText(error);
    for (const {id, state} of watched)
      await writeClusterState(runs, id, {...state, looked, fault}).catch(() => {});
  }
}

async function usersOf(runs: string, watched: readonly WatchedQueue[]): Promise<string[]> {
  const journals = await mapLimited(watched, ({id}) => readJournal(runs, id));
  const users = journals.flatMap(({journal}) => journal?.arrays.map(({user}) => user) ?? []);
  return [...new Set(users)];
}

type Listed = Awaited<ReturnType<Slurm['list']>>;

async function updated(
  runs: string,
  {tasks}: ClusterState,
  listed: Listed,
  slurm: Slurm,
): Promise<ClusterState['tasks']> {
  const all = Object.entries(tasks);
  const gone = all.filter(
    ([, {isListed, job}]) => isListed && job !== undefined && !listed.has(job),
  );
  const ends = await endsOf(runs, gone, slurm);
  return Object.fromEntries(
    await mapLimited(all, async ([run, task]): Promise<[string, ClusterTask]> => {
      const {job, afterSeq} = task;
      if (job === undefined) return [run, task];
      const now = listed.get(job);
      if (now !== undefined)
        return [run, {job, afterSeq, state: now.state, ...reasonOf(now.reason), isListed: true}];
      return [run, task.isListed ? await endedTask(runs, run, task, ends) : task];
    }),
  );
}

function reasonOf(reason: string): {readonly reason?: string} {
  return reason === '' || reason === 'None' ? {} : {reason};
}

/** How the tasks ended that are gone, of those whose runs' logs do not tell; undefined where nobody knows. */
async function endsOf(
  runs: string,
  gone: readonly (readonly [string, ClusterTask])[],
  slurm: Slurm,
): Promise<ReadonlyMap<string, EndedTask | undefined>> {
  const silent = await mapLimited(gone, async ([run, {job = '', afterSeq}]) => {
    const {state} = await readRun(new RunFolder(path.join(runs, run)));
    return isEnded(state.status) && state.lastSeq > afterSeq ? [] : [job];
  });
  const tasks = silent.flat();
  const jobs = new Set(tasks.map(job => job.split('_')[0] as string));
  if (jobs.size === 0) return new Map();
  // Slurm tells the end of a task a moment after it is gone from the list.
  await sleep(SETTLE_MS);
  const ends = await slurm.ended([...jobs]).catch(() => undefined);
  return new Map(tasks.map(job => [job, ends && endOf(ends, job)]));
}

const SETTLE_MS = 500;

async function endedTask(
  runs: string,
  run: string,
  {job, afterSeq}: ClusterTask,
  ends: ReadonlyMap<string, EndedTask | undefined>,
): Promise<ClusterTask> {
  const end = ends.get(job as string);
  const ended = {job, afterSeq, state: end?.state ?? 'ENDED', isListed: false};
  if (!ends.has(job as string)) return ended;
  const failure = await taskFailure(runs, run, job as string, end);
  return failure === undefined ? ended : {...ended, failure};
}
