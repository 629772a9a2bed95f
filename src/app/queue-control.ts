import {spawn} from 'node:child_process';
import {closeSync} from 'node:fs';
import {readRunPredictions} from '../compare/predictions.js';
import {metricsOf} from '../compare/statistics/classification.js';
import {
  checkExpectations,
  parseExpectation,
  type ExpectedMetric,
  type HeadResults,
} from '../experiment/expectations.js';
import {signalTrainer} from '../runs/queue/followed-trainer.js';
import {recordStopped} from '../runs/queue/journal.js';
import type {QueueItem} from '../runs/queue/queue-state.js';
import type {RunQueue} from '../runs/queue/run-queue.js';
import {offeredQueues, unfinishedText} from '../runs/queue/unfinished.js';
import {journalFile} from '../runs/run-holder.js';
import {RunFolder} from '../runs/run-folder.js';
import type {RunRecord} from '../runs/run-record.js';
import {hasResult, isEnded, isFailed} from '../runs/status.js';
import {childEnvironment} from '../util/child-environment.js';
import type {ExitCode} from '../util/exit-codes.js';
import {mapLimited} from '../util/map-limited.js';
import {ownValue} from '../util/own-value.js';
import {programFile} from '../util/package-file.js';
import {openForAppendSync} from '../util/safe-file.js';
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
 * Stops the run of another program with a checkpoint, and records in its queue that it stays
 * stopped.
 *
 * @param trainerProgram Path of the trainer's program, by which its process is recognised.
 * @returns Why it cannot be stopped from here; undefined where its trainer was signalled.
 */
export async function stopElsewhere(
  {folder, info}: RunRecord,
  runs: string,
  trainerProgram: string,
): Promise<string | undefined> {
  const refusal = await signalTrainer(folder, trainerProgram, 'SIGTERM');
  if (refusal === undefined && info?.batch !== undefined)
    await recordStopped(runs, info.batch, info.id);
  return refusal;
}

/**
 * Lets the active run continue without this process. Where runs are queued, a process without a
 * terminal takes the queue over: it follows the active run, then starts the rest.
 */
export async function detachQueue(
  queue: RunQueue,
  runs: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const isOneQueued = await queue.detach();
  if (isOneQueued && queue.id !== undefined)
    resumeInBackground(runs, queue.id, env, ['--unattended']);
}

/**
 * Starts a process without a terminal that resumes the latest of the interrupted queues that a start
 * offers.
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
  resumeInBackground(runs, journal.id, env);
  return unfinishedText(items);
}

/** Its output goes to the queue's log. */
function resumeInBackground(
  runs: string,
  id: string,
  env: NodeJS.ProcessEnv,
  flags: readonly string[] = [],
): void {
  const program = programFile('main.js');
  const log = openForAppendSync(journalFile(runs, id, 'log'));
  try {
    const args = [program, 'run', '--resume', id, ...flags, '--runs', runs, '--ci'];
    const stdio = ['ignore' as const, log, log];
    spawn(process.execPath, args, {detached: true, stdio, env: childEnvironment(env)}).unref();
  } finally {
    closeSync(log);
  }
}

/** Words the expectations of runs with a result that were not met. */
export async function unmetExpectations(items: readonly QueueItem[]): Promise<string[]> {
  const ended = items.filter(({run}) => hasResult(run.status));
  const texts = await mapLimited(ended, async ({job, run, folder}) => {
    const {expect} = job.experiment;
    const needsPredictions = expect.some(text => !isOfEpochs(parseExpectation(text).metric));
    const measured =
      needsPredictions && folder !== undefined ? await measuredHeads(new RunFolder(folder)) : {};
    const results = Object.fromEntries(
      run.models.flatMap(({heads, final}) =>
        heads.map(head => {
          const {validation, test} = ownValue(measured, head) ?? {};
          return [
            head,
            {
              train: final?.train.heads[head],
              validation: {...validation, ...final?.validation.heads[head]},
              test: {...test, ...final?.test?.heads[head]},
            },
          ];
        }),
      ),
    );
    return checkExpectations(expect, results).map(text => `${run.id}: ${text}`);
  });
  return texts.flat();
}

/** Whether epochs have the metric; all others come from the predictions. */
function isOfEpochs(metric: ExpectedMetric): boolean {
  return metric === 'loss' || metric === 'accuracy';
}

/** Every metric of the part that a run is measured on; nothing where its predictions cannot be read. */
async function measuredHeads({predictions: file}: RunFolder): Promise<HeadResults> {
  try {
    const {part, heads} = await readRunPredictions(file);
    return Object.fromEntries(
      [...heads].map(([head, predictions]) => [head, {[part]: metricsOf(predictions)}]),
    );
  } catch {
    return {};
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
