import path from 'node:path';
import {queueExitCode} from '../app/queue-control.js';
import type {RunOptions} from '../app/load-jobs.js';
import {recordOfJob} from '../app/record-of-job.js';
import type {RunDeps} from '../app/start.js';
import {unmetExpectations} from '../app/unmet-expectations.js';
import {compareRuns, type Comparison} from '../compare/comparison.js';
import {comparisonMarkdown, comparisonText} from '../report/formats.js';
import {saveComparison} from '../report/page/save.js';
import {isLookedAt, type QueueItem} from '../runs/queue/queue-state.js';
import {RunFolder} from '../runs/run-folder.js';
import type {RunRecord} from '../runs/run-record.js';
import {isFailed} from '../runs/status.js';
import type {UntilDecided} from '../runs/searches.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable} from '../util/format.js';
import {mapLimited} from '../util/map-limited.js';
import {hintOf, messageOf} from '../util/user-error.js';
import {addStepSummary} from './step-summary.js';

/** Compares the runs of a queue. @param untilDecided The search that all of them belong to. */
export type CompareQueue = (
  records: readonly RunRecord[],
  untilDecided: UntilDecided | undefined,
) => Promise<Comparison>;

type EndedQueue = {
  readonly items: readonly QueueItem[];
  /** Keys of the runs whose failure was already printed. */
  readonly reported: ReadonlySet<string>;
  readonly wasInterrupted: boolean;
};

/** Prints the failures that no log told, compares the runs with a result, and checks what they were expected to reach. */
export async function endQueue(
  {items, reported, wasInterrupted}: EndedQueue,
  options: RunOptions,
  deps: RunDeps,
  compare: CompareQueue = (records, untilDecided) => compareRuns(records, {untilDecided}),
): Promise<ExitCode> {
  for (const item of items)
    if (isFailed(item.run.status) && !reported.has(item.key)) deps.stderr.write(failureText(item));
  const compared = items.flatMap(({folder, run, job}) =>
    folder !== undefined && isLookedAt(job, run.status)
      ? [{job, folder: new RunFolder(folder)}]
      : [],
  );
  const compareAll = async (): Promise<Comparison> =>
    compare(
      await mapLimited(compared, ({job, folder}) => recordOfJob(job, folder)),
      searchOf(items),
    );
  if (compared.length > 0) await compareAndSave(compared.length, compareAll, options, deps);
  const unmet = await unmetExpectations(items);
  for (const text of unmet) deps.stderr.write(`${printable(text)}\n`);
  return queueExitCode(items, wasInterrupted, unmet.length);
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
  runCount: number,
  compare: () => Promise<Comparison>,
  options: RunOptions,
  deps: RunDeps,
): Promise<void> {
  // Reads the predictions of a single run only on demand: 800,000 take a quarter of a gigabyte.
  if (runCount < 2)
    return addStepSummary(async () => comparisonMarkdown(await compare()), deps.env, deps);
  const comparison = await compare();
  await addStepSummary(() => comparisonMarkdown(comparison), deps.env, deps);
  if (!options.json) deps.stdout.write(`\n${comparisonText(comparison)}`);
  const {now, stderr} = deps;
  const {version} = options;
  try {
    const folder = await saveComparison(comparison, options.runs, {now, version});
    stderr.write(`The comparison is in ${printable(folder)}\n`);
  } catch (error) {
    stderr.write(printable(notSavedText(error, comparison, options.runs)));
  }
}

/** The runs themselves are saved, so this is a warning and not an exit code. */
function notSavedText(error: unknown, {groups}: Comparison, runs: string): string {
  const ids = groups.flatMap(group => group.runs.map(({id}) => id));
  const hint = hintOf(error);
  return (
    `celeba-tui: warning: the comparison was not saved completely: ${messageOf(error)}\n${hint === undefined ? '' : `  ${hint}\n`}` +
    `  The runs are saved. To try again: celeba-tui report ${ids.join(' ')} --runs ${runs}\n`
  );
}
