import {onEndingSignals, type SignalSource} from '../app/queue-control.js';
import {requireNames, type RunOptions} from '../app/load-jobs.js';
import {prepareQueue, type RunDeps} from '../app/start.js';
import type {Streams} from '../app/streams.js';
import {searchText} from '../report/text/search-text.js';
import {suspendedText} from '../runs/queue/queue-state.js';
import type {RunQueue} from '../runs/queue/run-queue.js';
import {listRuns} from '../runs/run-record.js';
import {isFailed} from '../runs/status.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable} from '../util/format.js';
import {stopProcess} from '../util/stop-process.js';
import {endQueue, type CompareQueue} from './end-queue.js';
import {eventReporter} from './event-reporter.js';

/**
 * Runs experiments without the interface, and compares several runs.
 *
 * @param compare As `compareRuns` where it is left out.
 */
export async function runHeadless(
  names: readonly string[],
  options: RunOptions,
  deps: RunDeps,
  compare?: CompareQueue,
): Promise<ExitCode> {
  if (options.resume !== true) requireNames(names);
  let report: ReturnType<typeof eventReporter> = () => {};
  /** Keys of the runs whose failure was already printed. */
  const reported = new Set<string>();
  const prepared = await prepareQueue(names, options, deps, {
    onEvent: (event, item) => {
      if (event.type === 'run.failed') reported.add(item.key);
      report(event, item);
    },
    onNotice: text => deps.stderr.write(`celeba-tui: ${text}\n`),
  });
  if (prepared === undefined) {
    deps.stderr.write(printable(`celeba-tui: ${await nothingToResume(options.runs)}\n`));
    return 0;
  }
  const {queue, notes} = prepared;
  report = eventReporter({json: options.json, namesRuns: queue.jobs > 1}, deps);
  for (const note of await notes) deps.stderr.write(printable(`celeba-tui: ${note}\n`));
  for (const {key, run} of queue.state.get().items) if (isFailed(run.status)) reported.add(key);
  const stopTelling = tellSearch(queue, deps);
  const wasInterrupted = await runQueue(queue, deps.signals, deps);
  stopTelling();
  const {items} = queue.state.get();
  return endQueue({items, reported, wasInterrupted}, options, deps, compare);
}

/** A run that failed, for example because its data was gone, is resumed only where somebody names it. */
async function nothingToResume(runs: string): Promise<string> {
  const [newest] = await listRuns(runs);
  const hint =
    newest?.status === 'failed'
      ? ` The newest run failed; to resume it from its last checkpoint: celeba-tui run --resume ${newest.folder.id}`
      : '';
  return `${runs} has no interrupted runs.${hint}`;
}

/**
 * Runs a queue. The first signal stops the trainer with a checkpoint; the second one kills it.
 *
 * @returns Whether a signal interrupted it.
 */
async function runQueue(
  queue: RunQueue,
  signals: SignalSource,
  {stderr}: Streams,
): Promise<boolean> {
  let wasInterrupted = false;
  const [trainers, checkpoints] =
    queue.jobs === 1 ? ['trainer', 'a checkpoint'] : ['trainers', 'checkpoints'];
  const stopListening = onEndingSignals(signals, (_signal, isAgain) => {
    stderr.write(
      isAgain
        ? `celeba-tui: killing the ${trainers}; progress since the last checkpoint is lost\n`
        : `celeba-tui: stopping after this batch, with ${checkpoints}; press again to kill\n`,
    );
    wasInterrupted = true;
    void (isAgain ? queue.kill() : queue.stop());
  });
  // The trainer is not in the job that the shell stops.
  const onStop = (): void => {
    stderr.write(`${printable(suspendedText(queue.state.get(), 'fg or bg resumes it.'))}\n`);
    void stopProcess(signals, onStop, 'process');
  };
  signals.on('SIGTSTP', onStop);
  try {
    await queue.start();
  } finally {
    stopListening();
    signals.off('SIGTSTP', onStop);
  }
  return wasInterrupted;
}

/** Says how far a search is, whenever that changes. @returns Stops it. */
function tellSearch(queue: RunQueue, {stderr}: Streams): () => void {
  let told: string | undefined;
  const tell = (): void => {
    const text = searchText(queue.state.get());
    if (text !== undefined && text !== told) stderr.write(printable(`celeba-tui: ${text}\n`));
    told = text;
  };
  tell();
  return queue.state.subscribe(tell);
}
