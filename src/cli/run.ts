import path from 'node:path';
import {onEndingSignals, queueExitCode, type SignalSource} from '../app/queue-control.js';
import {requireNames, type RunOptions} from '../app/load-jobs.js';
import {prepareQueue, type RunDeps} from '../app/start.js';
import type {Streams} from '../app/streams.js';
import {unmetExpectations} from '../app/unmet-expectations.js';
import {compareRuns, type Comparison} from '../compare/comparison.js';
import {nameWithFold} from '../experiment/folds.js';
import {comparisonMarkdown, comparisonText} from '../report/formats.js';
import {saveComparison} from '../report/page/save.js';
import {searchText} from '../report/text/search-text.js';
import {encodeEvent, type RunEvent} from '../runs/events.js';
import {suspendedText, type QueueItem} from '../runs/queue/queue-state.js';
import type {RunQueue} from '../runs/queue/run-queue.js';
import {RunFolder} from '../runs/run-folder.js';
import {readRun} from '../runs/run-record.js';
import {hasResult, isFailed} from '../runs/status.js';
import type {UntilDecided} from '../runs/until-decided.js';
import type {ExitCode} from '../util/exit-codes.js';
import {escaped, printable} from '../util/format.js';
import {mapLimited} from '../util/map-limited.js';
import {stopProcess} from '../util/stop-process.js';
import {messageOf, UserError} from '../util/user-error.js';
import {eventLine} from './event-lines.js';
import {progressBar} from './progress-bar.js';
import {addStepSummary} from './step-summary.js';

/** Runs experiments one after another without the interface, and compares several runs. */
export async function runHeadless(
  names: readonly string[],
  options: RunOptions,
  deps: RunDeps,
): Promise<ExitCode> {
  if (options.resume !== true) requireNames(names);
  const report = eventReporter(options.json, deps);
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
    deps.stderr.write(`celeba-tui: ${printable(options.runs)} has no interrupted runs.\n`);
    return 0;
  }
  const {queue, notes} = prepared;
  for (const note of await notes) deps.stderr.write(printable(`celeba-tui: ${note}\n`));
  for (const {key, run} of queue.state.get().items) if (isFailed(run.status)) reported.add(key);
  const stopTelling = tellSearch(queue, deps);
  const wasInterrupted = await runQueue(queue, deps.signals, deps);
  stopTelling();
  const {items} = queue.state.get();
  for (const item of items)
    if (isFailed(item.run.status) && !reported.has(item.key)) deps.stderr.write(failureText(item));
  const folders = items.flatMap(({folder, run}) =>
    folder === undefined || !hasResult(run.status) ? [] : [new RunFolder(folder)],
  );
  if (folders.length > 0) await compareAndSave(folders, searchOf(items), options, deps);
  const unmet = await unmetExpectations(items);
  for (const text of unmet) deps.stderr.write(`${printable(text)}\n`);
  return queueExitCode(items, wasInterrupted, unmet.length);
}

/** Prints events as JSON or as lines, with a bar on a terminal while images are drawn or read. */
function eventReporter(
  json: boolean,
  {stdout, stderr}: Streams,
): (event: RunEvent, item: QueueItem) => void {
  const bars = {
    drawing: progressBar(stderr, 'drawing the sample faces, once for this machine'),
    indexing: progressBar(stderr, 'looking for the images, once for this machine'),
    reading: progressBar(stderr, 'reading the images'),
  };
  return (event, item) => {
    if (event.type === 'data.progressed') bars[event.what].update(event.done, event.total);
    const line = json
      ? escaped(encodeEvent(event))
      : eventLine(event, item.run.epochs, nameWithFold(item.job.experiment));
    if (line === undefined) return;
    for (const bar of Object.values(bars)) bar.end();
    stdout.write(`${line}\n`);
    // Repeats the warnings, which pages of epochs may have moved off the screen.
    if (event.type !== 'run.finished' || json) return;
    for (const text of item.run.data?.warnings ?? [])
      stdout.write(`  warning  ${printable(text)}\n`);
  };
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
  const stopListening = onEndingSignals(signals, (_signal, isAgain) => {
    stderr.write(
      isAgain
        ? 'celeba-tui: killing the trainer; progress since its last checkpoint is lost\n'
        : 'celeba-tui: stopping after this batch, with a checkpoint; press again to kill\n',
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

/** The search that all runs belong to. */
function searchOf(items: readonly QueueItem[]): UntilDecided | undefined {
  const plan = items[0]?.job.untilDecided;
  return items.every(({job}) => job.untilDecided?.id === plan?.id) ? plan : undefined;
}

/** Why a run failed before its trainer could say so. */
function failureText({job, run, folder}: QueueItem): string {
  const name = folder === undefined ? job.experiment.name : path.basename(folder);
  const {message = 'failed', hint} = run.failure ?? {};
  return printable(`celeba-tui: ${name}: ${message}\n${hint === undefined ? '' : `${hint}\n`}`);
}

/** Compares several runs. A single one only goes into the step summary of GitHub Actions. */
async function compareAndSave(
  folders: readonly RunFolder[],
  untilDecided: UntilDecided | undefined,
  options: RunOptions,
  deps: RunDeps,
): Promise<void> {
  const compare = async () => compareRuns(await mapLimited(folders, readRun), {untilDecided});
  // Reads the predictions of a single run only on demand: 800,000 take a quarter of a gigabyte.
  if (folders.length < 2)
    return addStepSummary(async () => comparisonMarkdown(await compare()), deps.env, deps);
  const comparison = await compare();
  await addStepSummary(() => comparisonMarkdown(comparison), deps.env, deps);
  if (!options.json) deps.stdout.write(`\n${comparisonText(comparison)}`);
  const {now, stderr} = deps;
  const {runs, version} = options;
  try {
    const folder = await saveComparison(comparison, runs, {now, version});
    stderr.write(`The comparison is in ${printable(folder)}\n`);
  } catch (error) {
    stderr.write(printable(notSavedText(error, comparison, runs)));
  }
}

/** The runs themselves are saved, so this is a warning and not an exit code. */
function notSavedText(error: unknown, {groups}: Comparison, runs: string): string {
  const ids = groups.flatMap(group => group.runs.map(({id}) => id));
  const hint = error instanceof UserError && error.hint !== undefined ? `  ${error.hint}\n` : '';
  return (
    `celeba-tui: warning: the comparison was not saved completely: ${messageOf(error)}\n${hint}` +
    `  The runs are saved. To try again: celeba-tui report ${ids.join(' ')} --runs ${runs}\n`
  );
}
