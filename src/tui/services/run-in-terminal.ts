import type {ExitReason} from '../controller.js';
import type {InterfaceOptions} from '../run-interface.js';
import {isQueued, type QueueItem} from '../../runs/queue/queue-state.js';
import {isActive, statusText, type RunStatus} from '../../runs/status.js';
import {cacheFolder} from '../../util/cache-folder.js';
import type {ExitCode} from '../../util/exit-codes.js';
import {UserError} from '../../util/user-error.js';
import type {RunQueue} from '../../runs/queue/run-queue.js';
import {detachQueue, onEndingSignals, queueExitCode} from '../../app/queue-control.js';
import {interfaceServices} from './services.js';
import type {RunOptions} from '../../app/load-jobs.js';
import {prepareQueue, type LookFlags, type RunDeps} from '../../app/start.js';
import {Numbers} from './numbers.js';

type TerminalDeps = RunDeps & {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream & {readonly fd: number};
};

/**
 * Opens the interface; experiments that are named start at once, on the live screen.
 *
 * @throws UserError where there is no terminal.
 */
export async function runInTerminal(
  names: readonly string[],
  options: RunOptions & LookFlags,
  deps: TerminalDeps,
): Promise<ExitCode> {
  const {stdin, stdout, env} = deps;
  if (stdin.isTTY !== true || stdout.isTTY !== true) {
    throw new UserError('The interface needs a terminal.', {
      hint: 'Without one: celeba-tui run EXPERIMENT --ci, or celeba-tui list',
    });
  }
  prepareEnvironment(env, options);
  // Loading Ink takes as long as everything else: it begins first, once the environment is prepared.
  const loading = import('../run-interface.js');
  const numbers = new Numbers();
  const prepared = await prepareQueue(names, options, deps, {
    compare: (records, untilDecided) => numbers.compare(records, undefined, untilDecided),
  });
  if (prepared === undefined) {
    process.stderr.write(`celeba-tui: nothing in ${options.runs} was interrupted.\n`);
    return 0;
  }
  const {queue, notes} = prepared;
  const services = interfaceServices(options, queue, {...deps, cacheFolder: cacheFolder(env)});
  const signals = endingSignals(deps, queue);
  const given: InterfaceOptions = {
    ...options,
    ...deps,
    stderr: process.stderr,
    services,
    screenReader: options.screenReader || env['INK_SCREEN_READER'] === 'true',
    ended: signals.ended,
    ...(queue.state.get().items.length === 0 ? {} : {screen: 'live'}),
    onOpen: controller => {
      controller.background(async () => {
        const told = await notes;
        if (told.length > 0) controller.notify(told.join(' '));
      });
      if (queue.state.get().items.length > 0) controller.background(() => queue.start());
      controller.background(async () => void (await services.emptyOldTrash()));
    },
  };
  let reason: ExitReason;
  let waiting: number;
  try {
    const {runInterface} = await loading;
    reason = await runInterface(given);
    waiting = queue.state.get().items.filter(isQueued).length;
    // Signals are heard until the queue is left: a second one must not tear that apart.
    await leaveQueue(reason, queue, options.runs, env);
  } finally {
    signals.close();
  }
  return farewell(reason, {items: queue.state.get().items, waiting}, options.runs, deps);
}

/** chalk, which Ink draws with, does not know NO_COLOR; Ink draws nothing where it believes in CI. */
function prepareEnvironment(env: NodeJS.ProcessEnv, {color}: LookFlags): void {
  if (!color || (env['NO_COLOR'] ?? '') !== '') env['FORCE_COLOR'] = '0';
}

/**
 * SIGTERM and SIGINT stop what runs; a terminal that is closed leaves it running. Who insists on a
 * stop has the trainer killed.
 */
function endingSignals(
  {signals}: RunDeps,
  queue: RunQueue,
): {
  readonly ended: Promise<ExitReason>;
  readonly close: () => void;
} {
  const reasons = {SIGTERM: 'stop', SIGINT: 'stop', SIGHUP: 'detach'} as const satisfies Record<
    string,
    ExitReason
  >;
  let close = (): void => {};
  const ended = new Promise<ExitReason>(resolve => {
    let first: ExitReason | undefined;
    close = onEndingSignals(signals, (signal, isAgain) => {
      first ??= reasons[signal];
      if (!isAgain) resolve(first);
      else if (first === 'stop') void queue.kill();
    });
  });
  return {ended, close: () => close()};
}

async function leaveQueue(
  reason: ExitReason,
  queue: RunQueue,
  runs: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  if (reason === 'detach') await detachQueue(queue, runs, env);
  if (reason === 'stop') await queue.stop();
  if (reason === 'kill') await queue.kill();
}

/** One line in the normal screen: what ran, how it ended, where it is. */
async function farewell(
  reason: ExitReason,
  {items, waiting}: {readonly items: readonly QueueItem[]; readonly waiting: number},
  runs: string,
  {stdout, stderr}: TerminalDeps,
): Promise<ExitCode> {
  const started = items.filter(({folder}) => folder !== undefined);
  if (started.length === 0) return reason === 'stop' ? 130 : 0;
  const names = started
    .map(({job, run}) => `${job.experiment.name} ${outcomeText(run.status, reason)}`)
    .join(', ');
  // The first frame comes sooner without what reads predictions.
  const {unmetExpectations} = await import('../../app/unmet-expectations.js');
  const unmet = await unmetExpectations(items);
  try {
    stdout.write(
      `celeba-tui: ${names}${reason === 'detach' ? followText(waiting) : ''}; results are in ${runs}\n`,
    );
    for (const text of unmet) stderr.write(`${text}\n`);
  } catch {
    // The terminal is gone.
  }
  if (reason === 'detach') return 0;
  return queueExitCode(items, reason === 'stop' || reason === 'kill', unmet.length);
}

/** What waits is run by another process when the interface is left while something runs. */
function followText(waiting: number): string {
  return waiting === 0 ? '' : `, then ${waiting} queued`;
}

function outcomeText(status: RunStatus, reason: ExitReason): string {
  if (status === 'stopped' && reason === 'kill') return 'killed (its last checkpoint is kept)';
  return isActive(status) ? 'continues' : statusText(status);
}
