import {stat} from 'node:fs/promises';
import * as z from 'zod';
import {readJson} from '../../util/json-file.js';
import {writeAtomic} from '../../util/write-atomic.js';
import {journalFile, QUEUE_ID, queuesWith} from '../run-holder.js';
import type {RunState} from '../run-state.js';
import {CRASHED_CODE, hasResult, isEnded, type RunStatus} from '../status.js';

/** What a cluster last said of the task that trains a run. */
export const ClusterTask = z.object({
  /** The array job and the place in it, such as `12_3`; undefined while it is being submitted. */
  job: z.string().optional(),
  /** In Slurm's words, such as `PENDING`. */
  state: z.string(),
  /** Why it waits, in Slurm's words, such as `Priority`. */
  reason: z.string().optional(),
  /** Whether the cluster still has it: it waits, runs, or waits again. */
  isListed: z.boolean(),
  /** Number of the last event in the log of its run when it was submitted. */
  afterSeq: z.number(),
  /** Why it ended without an end in the log of its run, and what to do. */
  failure: z.object({message: z.string(), hint: z.string().optional()}).optional(),
});
export type ClusterTask = Readonly<z.infer<typeof ClusterTask>>;

const ClusterState = z.object({
  version: z.literal(1),
  /** Why it did not answer when somebody last asked. */
  fault: z.string().optional(),
  /** By run. */
  tasks: z.record(z.string(), ClusterTask),
});
/** What the cluster last said of a queue's tasks. Any process that asks writes it for all others. */
export type ClusterState = Readonly<z.infer<typeof ClusterState>>;

/** Ten thousand tasks take about 2 MB. */
const MAX_BYTES = 16_000_000;
const ENDING = 'cluster.json';

export function clusterFile(runs: string, id: string): string {
  return journalFile(runs, id, ENDING);
}

/** Who holds this lock asks the cluster, or writes what it has said. */
export function clusterLock(runs: string): string {
  return journalFile(runs, 'cluster', 'lock');
}

/** The tasks with some of them cancelled. */
export function withCancelled(
  tasks: ClusterState['tasks'],
  isCancelled: (task: ClusterTask, run: string) => boolean,
): ClusterState['tasks'] {
  const changed = Object.entries(tasks).map(([run, task]): [string, ClusterTask] =>
    isCancelled(task, run) ? [run, {...task, state: 'CANCELLED', isListed: false}] : [run, task],
  );
  return Object.fromEntries(changed);
}

/** Ids of the queues that were submitted to a cluster. */
export async function clusterQueueIds(runs: string): Promise<string[]> {
  return queuesWith(runs, ENDING);
}

/** By file: its age and size, and what was in it. */
const read = new Map<string, {readonly stamp: string; readonly state: ClusterState}>();

/** Reads what the cluster last said; undefined where the queue is on no cluster. */
export async function readClusterState(
  runs: string,
  id: string,
): Promise<ClusterState | undefined> {
  if (!QUEUE_ID.test(id)) return undefined;
  const file = clusterFile(runs, id);
  try {
    const {mtimeMs, size, ino} = await stat(file);
    const stamp = [mtimeMs, size, ino].join();
    const before = read.get(file);
    if (before?.stamp === stamp) return before.state;
    const state = await readJson(file, MAX_BYTES, ClusterState);
    read.set(file, {stamp, state});
    return state;
  } catch {
    read.delete(file);
    return undefined;
  }
}

export async function writeClusterState(
  runs: string,
  id: string,
  state: Omit<ClusterState, 'version'>,
): Promise<void> {
  await writeAtomic(clusterFile(runs, id), `${JSON.stringify({version: 1, ...state})}\n`);
}

/** The task of a run; undefined where it was not submitted to a cluster. */
export async function clusterTask(
  runs: string,
  {id, batch}: {readonly id: string; readonly batch?: string | undefined},
): Promise<ClusterTask | undefined> {
  if (batch === undefined) return undefined;
  return (await readClusterState(runs, batch))?.tasks[id];
}

/**
 * What a run on a cluster does now.
 *
 * @param state  What its log says.
 * @param isHeld Whether a trainer works on the run.
 */
export function statusOnCluster(
  state: Pick<RunState, 'status' | 'lastSeq'>,
  isHeld: boolean,
  task: ClusterTask,
): RunStatus {
  const {status: logged} = state;
  const isNew = logged === 'queued';
  if (isHeld) return isNew ? 'starting' : logged;
  if (!mayContinue(state, task)) return logged;
  if (task.isListed) return isNew && task.state === 'RUNNING' ? 'starting' : 'queued';
  if (isNew && task.state === 'CANCELLED') return 'cancelled';
  return isEnded(logged) ? logged : 'crashed';
}

/** The state of such a run with why its task ended, where its log does not tell. */
export function withTaskFailure(
  state: RunState,
  status: RunStatus,
  {failure}: ClusterTask,
): RunState {
  return status === 'crashed' && failure !== undefined && !isEnded(state.status)
    ? {...state, failure: {hint: undefined, ...failure, exitCode: CRASHED_CODE}}
    : state;
}

/** The cluster starts a task again that was stopped, and one that was submitted after its end. */
function mayContinue(
  {status, lastSeq}: Pick<RunState, 'status' | 'lastSeq'>,
  {afterSeq}: ClusterTask,
): boolean {
  if (hasResult(status)) return false;
  const isStopped = status === 'stopped' || status === 'interrupted';
  return !isEnded(status) || isStopped || lastSeq <= afterSeq;
}
