import type {ClusterTask} from './cluster-state.js';

/** Slurm's most frequent reasons, in words. */
const reasons: Readonly<Record<string, string>> = {
  BeginTime: 'starts again in a moment',
  JobArrayTaskLimit: 'as many tasks run as --max-parallel allows',
  JobHeldAdmin: 'an administrator holds it',
  JobHeldUser: 'it is held; scontrol release starts it',
  PartitionDown: 'the partition is down',
  PartitionTimeLimit: 'its time limit is above that of the partition',
  Priority: 'others have a higher priority',
  ReqNodeNotAvail: 'a node that it needs is not available',
  Resources: 'waits for free processors or memory',
};

/** Why a task waits: `Resources (waits for free processors or memory), task 12_3`. */
export function waitText({job, state, reason}: ClusterTask): string {
  const why = reason ?? (state === 'PENDING' ? '' : state);
  const words = Object.hasOwn(reasons, why) ? ` (${reasons[why]})` : '';
  const task = job === undefined ? 'is being submitted' : `task ${job}`;
  return why === '' ? task : `${why}${words}, ${task}`;
}
