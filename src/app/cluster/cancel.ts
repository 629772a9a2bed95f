import type {RunRecord} from '../../runs/run-record.js';
import {
  clusterLock,
  readClusterState,
  withCancelled,
  writeClusterState,
} from '../../runs/cluster/cluster-state.js';
import {recordStopped, type SubmittedArray} from '../../runs/queue/journal.js';
import {withLock} from '../../util/lock.js';
import {Slurm} from './slurm.js';

/**
 * Cancels everything of a queue that waits or trains.
 *
 * @param id Of the queue.
 * @throws UserError where the cluster does not cancel it.
 */
export async function cancelJobs(
  id: string,
  arrays: readonly SubmittedArray[],
  runs: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  await new Slurm(env).cancel(arrays.map(({job}) => job));
  await recordCancelled(runs, id, () => true);
}

/**
 * Cancels the task of one run: a run that waits leaves the cluster, one that trains stops with a
 * checkpoint. It stays stopped until somebody resumes it.
 *
 * @throws UserError where the cluster does not cancel it.
 */
export async function cancelTask(
  {info, task}: RunRecord,
  runs: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  if (info?.batch === undefined || task?.job === undefined) return;
  await new Slurm(env).cancel([task.job]);
  await recordStopped(runs, info.batch, info.id);
  await recordCancelled(runs, info.batch, run => run === info.id);
}

/** Records cancelled tasks, so that nobody asks the cluster what became of them. */
async function recordCancelled(
  runs: string,
  id: string,
  isCancelled: (run: string) => boolean,
): Promise<void> {
  const record = async (): Promise<void> => {
    const state = await readClusterState(runs, id);
    if (state === undefined) return;
    const tasks = withCancelled(state.tasks, ({isListed}, run) => isListed && isCancelled(run));
    await writeClusterState(runs, id, {...state, tasks});
  };
  // Where it cannot be written, the next question to the cluster tells.
  await withLock(clusterLock(runs), record).catch(() => {});
}
