import {stat} from 'node:fs/promises';
import {setTimeout as sleep} from 'node:timers/promises';
import {readLastLines} from '../../util/safe-file.js';
import {errorText} from '../../util/user-error.js';
import {Slurm} from './slurm.js';

/** A controller that restarts is back within a minute. */
const ATTEMPTS = 12;
const RETRY_MS = 5_000;
/** Slurm's line is at the end of the output. */
const TAIL_BYTES = 16_000;

/** What happens to a task that a signal stopped. */
type Restart =
  /** It waits for its turn again. */
  | {readonly how: 'restarts'}
  /** Somebody cancelled it. */
  | {readonly how: 'cancelled'}
  /** It stays stopped. */
  | {readonly how: 'ended'; readonly reason: string};

type StoppedTask = {
  readonly env: NodeJS.ProcessEnv;
  /** How often it may start again. */
  readonly restarts: number;
  /** File with the output of the task, where Slurm says why it stops it. */
  readonly output: string;
  /** Length of that file when the task started this time. */
  readonly outputBytes: number;
};

/** The id of this task, by which Slurm starts it again and no other task of its array. */
function ownTaskId(env: NodeJS.ProcessEnv): string | undefined {
  const {SLURM_ARRAY_JOB_ID: job, SLURM_ARRAY_TASK_ID: task} = env;
  return job === undefined || task === undefined ? undefined : `${job}_${task}`;
}

/** Length of a file; 0 where there is none. */
export async function bytesOf(file: string): Promise<number> {
  return stat(file).then(
    ({size}) => size,
    () => 0,
  );
}

/**
 * Lets Slurm start this task again, unless somebody cancelled it. A time limit and a preemption are
 * not told apart: both continue from the checkpoint.
 */
export async function restartTask(stopped: StoppedTask): Promise<Restart> {
  const {env, restarts} = stopped;
  const task = ownTaskId(env);
  if (task === undefined) return {how: 'ended', reason: 'Slurm did not start it.'};
  const slurm = new Slurm(env);
  let fault = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      const next = await nextOf(await slurm.stateOf(task), stopped);
      if (next !== 'restart') return {how: next};
      if (Number(env['SLURM_RESTART_COUNT'] ?? 0) >= restarts)
        return {
          how: 'ended',
          reason: `It has started again ${restarts} times, which is the limit. A longer time limit, or restarts: in the profile, lets it come to its end.`,
        };
      await slurm.requeue(task);
      return {how: 'restarts'};
    } catch (error) {
      fault = errorText(error);
      await sleep(RETRY_MS);
    }
  }
  return {how: 'ended', reason: `Slurm does not start it again: ${fault}`};
}

/** @param state Of the task, in Slurm's words. */
async function nextOf(
  state: string | undefined,
  {output, outputBytes}: StoppedTask,
): Promise<'restart' | 'restarts' | 'cancelled'> {
  if (state === 'RUNNING' || state === 'SUSPENDED') return 'restart';
  if (state === 'PENDING') return 'restarts';
  if (state === 'TIMEOUT' || state === 'PREEMPTED') return 'restart';
  if (state === 'CANCELLED') return 'cancelled';
  // While a task ends Slurm tells its state as COMPLETING; the reason is in its output only.
  const length = (await bytesOf(output)) - outputBytes;
  const text = await readLastLines(output, Math.min(TAIL_BYTES, Math.max(0, length)));
  const [, cause] = [...text.matchAll(CANCELLED)].at(-1) ?? [];
  if (cause === 'TIME LIMIT' || cause === 'PREEMPTION') return 'restart';
  return cause === undefined ? 'cancelled' : 'restarts';
}

/** `*** JOB 12 ON n1 CANCELLED AT 2026-11-28T01:43:47 DUE TO TIME LIMIT ***` */
const CANCELLED = /\*\*\* JOB \S+ ON \S+ CANCELLED AT \S+(?: DUE TO ([A-Z ]+?))? \*\*\*/g;
