import type {RunRecord} from '../../runs/run-record.js';
import {readClusterState, writeClusterState} from '../../runs/cluster/cluster-state.js';
import {recordStopped, type SubmittedArray} from '../../runs/queue/journal.js';
import {Slurm} from './slurm.js';

/** Cancels everything of a queue that waits or trains. */
export async function cancelJobs(
  arrays: readonly SubmittedArray[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  await new Slurm(env).cancel(arrays.map(({job}) => job));
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
  const state = await readClusterState(runs, info.batch);
  if (state === undefined) return;
  const cancelled = {...task, state: 'CANCELLED', isListed: false};
  await writeClusterState(runs, info.batch, {
    ...state,
    tasks: {...state.tasks, [info.id]: cancelled},
  });
}
