import path from 'node:path';
import {compareRuns, type Comparison} from '../compare/comparison.js';
import {comparisonMarkdown, comparisonText} from '../report/formats.js';
import {saveComparison} from '../report/page/save.js';
import type {QueueItem} from '../runs/queue/queue-state.js';
import {RunFolder} from '../runs/run-folder.js';
import {readRun} from '../runs/run-record.js';
import {hasResult, isFailed} from '../runs/status.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable} from '../util/format.js';
import {messageOf, UserError} from '../util/user-error.js';
import {headlessReporter, workThrough} from './headless.js';
import {prepareQueue, requireNames, type RunDeps, type RunOptions} from '../app/prepare-queue.js';
import {queueExitCode, unmetExpectations} from '../app/run-outcome.js';
import {addStepSummary} from './step-summary.js';
import {mapLimited} from '../util/map-limited.js';

/** Runs experiments one after another without a screen; compares them when there were several. */
export async function runHeadless(
  names: readonly string[],
  options: RunOptions,
  deps: RunDeps,
): Promise<ExitCode> {
  if (options.resume !== true) requireNames(names);
  const report = headlessReporter(options.json, deps);
  /** Keys of the runs whose failure is known: from the notes, or from an event. */
  const told = new Set<string>();
  const prepared = await prepareQueue(names, options, deps, {
    onEvent: (event, item) => {
      if (event.type === 'run.failed') told.add(item.key);
      report(event, item);
    },
    onNotice: text => deps.stderr.write(`celeba-tui: ${text}\n`),
  });
  if (prepared === undefined) {
    deps.stderr.write(`celeba-tui: nothing in ${printable(options.runs)} was interrupted.\n`);
    return 0;
  }
  const {queue, notes} = prepared;
  for (const note of await notes) deps.stderr.write(printable(`celeba-tui: ${note}\n`));
  for (const {key, run} of queue.state.get().items) if (isFailed(run.status)) told.add(key);
  const interrupted = await workThrough(queue, deps.signals, deps);
  const {items} = queue.state.get();
  for (const item of items)
    if (isFailed(item.run.status) && !told.has(item.key)) deps.stderr.write(failureText(item));
  const folders = items.flatMap(({folder, run}) =>
    folder === undefined || !hasResult(run.status) ? [] : [new RunFolder(folder)],
  );
  if (folders.length > 0) await compareAndSave(folders, options, deps);
  const unmet = unmetExpectations(items);
  for (const text of unmet) deps.stderr.write(`${printable(text)}\n`);
  return queueExitCode(items, interrupted, unmet.length);
}

/** Why a run failed of which no trainer could tell: it was refused, or never began. */
function failureText({job, run, folder}: QueueItem): string {
  const name = folder === undefined ? job.experiment.name : path.basename(folder);
  const {message = 'failed', hint} = run.failure ?? {};
  return printable(`celeba-tui: ${name}: ${message}\n${hint === undefined ? '' : `${hint}\n`}`);
}

/** Several runs are compared; one is only summed up, where a step of GitHub Actions asks for it. */
async function compareAndSave(
  folders: readonly RunFolder[],
  options: RunOptions,
  deps: RunDeps,
): Promise<void> {
  const compared = async () => compareRuns(await mapLimited(folders, readRun));
  // 800,000 predictions are a quarter of a gigabyte: one run's are read only where they are asked for.
  if (folders.length < 2) {
    return addStepSummary(async () => comparisonMarkdown(await compared()), deps.env, deps);
  }
  const comparison = await compared();
  await addStepSummary(() => comparisonMarkdown(comparison), deps.env, deps);
  if (!options.json) deps.stdout.write(`\n${comparisonText(comparison)}`);
  const {now, stderr} = deps;
  const {runs, version} = options;
  try {
    const folder = await saveComparison(comparison, runs, {now, version});
    stderr.write(`The comparison is in ${printable(folder)}\n`);
  } catch (error) {
    stderr.write(printable(notSaved(error, comparison, runs)));
  }
}

/** What the runs found is on disk already; how they ended decides the exit code. */
function notSaved(error: unknown, {groups}: Comparison, runs: string): string {
  const ids = groups.flatMap(group => group.runs.map(({id}) => id));
  const hint = error instanceof UserError && error.hint !== undefined ? `  ${error.hint}\n` : '';
  return (
    `celeba-tui: warning: the comparison was not saved whole: ${messageOf(error)}\n${hint}` +
    `  The runs are whole. To try again: celeba-tui report ${ids.join(' ')} --runs ${runs}\n`
  );
}
