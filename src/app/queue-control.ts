import {spawn, type ChildProcess} from 'node:child_process';
import {closeSync} from 'node:fs';
import {setTimeout as sleep} from 'node:timers/promises';
import {signalTrainer} from '../runs/queue/followed-trainer.js';
import {recordStopped} from '../runs/queue/journal.js';
import type {QueueItem} from '../runs/queue/queue-state.js';
import type {RunQueue} from '../runs/queue/run-queue.js';
import {offeredQueues, unfinishedText} from '../runs/queue/unfinished.js';
import {isQueueHeld, journalFile} from '../runs/run-holder.js';
import type {RunRecord} from '../runs/run-record.js';
import {hasResult, isEnded, isFailed} from '../runs/status.js';
import {childEnvironment} from '../util/child-environment.js';
import type {ExitCode} from '../util/exit-codes.js';
import {programFile} from '../util/package-file.js';
import {openForAppendSync} from '../util/safe-file.js';
import {UserError} from '../util/user-error.js';
import {cancelTask} from './cluster/cancel.js';
import {planResume} from './resume.js';

/** Where signals come from: the process, or a test. */
export type SignalSource = {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
};

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type EndingSignal = (typeof ENDING_SIGNALS)[number];

/**
 * How long after the first signal another one counts as a second. `timeout` signals its command and
 * then its process group, and npm passes on what the terminal has sent already: nobody insisted.
 */
export const SECOND_SIGNAL_MS = 1_000;

/**
 * Reports the first signal, whichever it is, and those that come more than a second after it.
 *
 * @param onSignal `isAgain` from the second one on.
 * @param clock    Milliseconds by a clock that is never set.
 * @returns        Stops listening.
 */
export function onEndingSignals(
  signals: SignalSource,
  onSignal: (signal: EndingSignal, isAgain: boolean) => void,
  clock: () => number = () => performance.now(),
): () => void {
  let firstMs: number | undefined;
  const listeners = ENDING_SIGNALS.map(signal => {
    const listener = (): void => {
      const nowMs = clock();
      if (firstMs !== undefined && nowMs - firstMs < SECOND_SIGNAL_MS) return;
      const isAgain = firstMs !== undefined;
      firstMs ??= nowMs;
      onSignal(signal, isAgain);
    };
    signals.on(signal, listener);
    return [signal, listener] as const;
  });
  return () => {
    for (const [signal, listener] of listeners) signals.off(signal, listener);
  };
}

/**
 * Stops the run of another program, or of a cluster, with a checkpoint, and records in its queue that
 * it stays stopped.
 *
 * @param trainerProgram Path of the trainer's program, by which its process is recognised.
 * @returns Why it cannot be stopped from here; undefined where its trainer was signalled.
 */
export async function stopElsewhere(
  record: RunRecord,
  runs: string,
  trainerProgram: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const {folder, info, task} = record;
  if (task?.isListed === true) {
    await cancelTask(record, runs, env);
    return undefined;
  }
  const refusal = await signalTrainer(folder, trainerProgram, 'SIGTERM');
  if (refusal === undefined && info?.batch !== undefined)
    await recordStopped(runs, info.batch, info.id);
  return refusal;
}

/**
 * Lets the active run continue without this process. A process without a terminal takes the queue
 * over: it follows the active run, obeys other programs, then starts the rest.
 */
export async function detachQueue(
  queue: RunQueue,
  runs: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const isOneLeft = await queue.detach();
  if (isOneLeft && queue.id !== undefined)
    resumeInBackground(runs, queue.id, env, ['--unattended']);
}

/** How long a process without a terminal may take until it works on its queue. */
const TAKE_OVER_MS = 30_000;
const LOOK_MS = 100;

/**
 * Starts a process without a terminal that resumes the latest of the interrupted queues that a start
 * offers, and waits until it works on the queue.
 *
 * @returns What it resumes: `2 crashed, 1 queued`; '' where no queue was interrupted.
 * @throws UserError where the queue cannot be resumed.
 */
export async function resumeInterrupted(runs: string, env: NodeJS.ProcessEnv): Promise<string> {
  const offered = await offeredQueues(runs).next();
  if (offered.done === true) return '';
  const {journal, items} = offered.value;
  // The process would write its errors to a log that nobody reads now.
  await planResume([journal.id], runs);
  const child = resumeInBackground(runs, journal.id, env);
  const endMs = performance.now() + TAKE_OVER_MS;
  while (!(await isQueueHeld(runs, journal.id))) {
    const isOver = child.exitCode !== null || child.signalCode !== null;
    if (child.exitCode === 0) break;
    if (isOver || performance.now() > endMs)
      throw new UserError(
        `The process that resumes the queue ${isOver ? 'ended' : 'has not taken it over yet'}. Its output: ${journalFile(runs, journal.id, 'log')}`,
        {exitCode: 1},
      );
    await sleep(LOOK_MS);
  }
  return unfinishedText(items);
}

/** Its output goes to the queue's log. */
function resumeInBackground(
  runs: string,
  id: string,
  env: NodeJS.ProcessEnv,
  flags: readonly string[] = [],
): ChildProcess {
  const program = programFile('main.js');
  const log = openForAppendSync(journalFile(runs, id, 'log'));
  try {
    const args = [program, 'run', '--resume', id, ...flags, '--runs', runs, '--ci'];
    const stdio = ['ignore' as const, log, log];
    const child = spawn(process.execPath, args, {
      ...{detached: true, stdio},
      env: childEnvironment(env),
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/**
 * One code for a whole queue: an interruption first, then the code that all failures share; 1
 * where their codes differ or an expectation was not met.
 */
export function queueExitCode(
  items: readonly QueueItem[],
  interrupted: boolean,
  unmet: number,
): ExitCode {
  if (interrupted) return 130;
  const codes = new Set(
    items.filter(({run}) => isFailed(run.status)).map(({run}) => run.failure?.exitCode ?? 1),
  );
  if (codes.size === 1) return [...codes][0] as ExitCode;
  if (codes.size > 1 || unmet > 0) return 1;
  return items.some(({run}) => isEnded(run.status) && !hasResult(run.status)) ? 130 : 0;
}
