import {existsSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type {RunDeps} from '../app/start.js';
import {bytesOf, restartTask} from '../app/cluster/restart-task.js';
import {Slurm} from '../app/cluster/slurm.js';
import {arrayFiles, jobName, readSubmission} from '../app/cluster/submission.js';
import {trainTask} from '../app/cluster/train-task.js';
import {assertNever} from '../util/assert-never.js';
import {RunFolder} from '../runs/run-folder.js';
import {hasResult, isFailed, statusText} from '../runs/status.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable} from '../util/format.js';
import {errorText, UserError} from '../util/user-error.js';
import {eventLine} from './event-lines.js';

export type TaskFlags = {
  readonly runs: string;
  readonly queue: string;
  readonly array: number;
};

/** Trains the run of one task of an array job; Slurm starts it on a node. */
export async function runTask(
  index: number,
  {runs, queue, array}: TaskFlags,
  deps: RunDeps,
): Promise<ExitCode> {
  const node = deps.env['SLURMD_NODENAME'] ?? os.hostname();
  const say = (text: string): void => void deps.stderr.write(printable(`celeba-tui: ${text}\n`));
  const {runs: ids, failFast, restarts} = await readSubmission(runs, queue, array, node);
  const output = arrayFiles(runs, queue, array).output(index);
  const outputBytes = await bytesOf(output);
  const folder = runOf(ids[index], runs, node);
  say(`task ${index} of ${ids.length} on ${node}: ${folder.id}`);

  const {state, stoppedBy} = await trainTask(folder, deps, {
    onEvent: (event, epochs) => {
      const line = eventLine(event, epochs, event.type === 'run.started' ? event.experiment : '');
      if (line !== undefined) deps.stdout.write(`${line}\n`);
    },
    onNotice: say,
  });
  if (hasResult(state.status)) {
    say(`${folder.id} is ${statusText(state.status)}`);
    return 0;
  }
  if (isFailed(state.status) && stoppedBy === undefined) {
    if (failFast) await cancelWaiting(queue, deps.env, say);
    return (state.failure?.exitCode ?? 1) as ExitCode;
  }
  if (stoppedBy === undefined) return 130;
  const restart = await restartTask({env: deps.env, restarts, output, outputBytes});
  switch (restart.how) {
    case 'restarts':
      say(`stopped by ${stoppedBy} with a checkpoint; Slurm starts the task again`);
      return 0;
    case 'cancelled':
      say('cancelled');
      return 130;
    case 'ended':
      say(`stopped by ${stoppedBy}. ${restart.reason}`);
      return 1;
    default:
      return assertNever(restart);
  }
}

function runOf(id: string | undefined, runs: string, node: string): RunFolder {
  if (id === undefined)
    throw new UserError('run-task: the array has no such task.', {
      hint: 'Slurm starts this command; a person uses celeba-tui run.',
    });
  const folder = new RunFolder(path.join(runs, path.basename(id)));
  if (existsSync(folder.info)) return folder;
  throw new UserError(`${node} does not find the run ${id} in ${runs}.`, {
    hint: 'Somebody deleted it while it waited, or the node does not see this folder as it is: name one on a shared file system with --runs DIR.',
    exitCode: 1,
  });
}

/** Cancels the tasks behind a failed one; those that train come to their end. */
async function cancelWaiting(
  queue: string,
  env: NodeJS.ProcessEnv,
  say: (text: string) => void,
): Promise<void> {
  try {
    await new Slurm(env).cancelWaiting(jobName(queue));
    say('failed: the tasks that wait are cancelled (--fail-fast)');
  } catch (error) {
    say(`failed, and the tasks that wait could not be cancelled: ${errorText(error)}`);
  }
}
