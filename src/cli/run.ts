import {fileURLToPath} from 'node:url';
import {compareRuns} from '../compare/comparison.js';
import {comparisonMarkdown} from '../compare/format/markdown.js';
import {saveComparison} from '../compare/report/save.js';
import {withSeeds} from '../engine/jobs.js';
import {runMaker} from '../engine/make-run.js';
import type {RunJob} from '../engine/queue-state.js';
import {RunQueue, type RunQueueOptions} from '../engine/run-queue.js';
import {loadExperiment} from '../experiment/load.js';
import {refuseTooLarge} from '../model/memory.js';
import {RunFolder} from '../runs/run-folder.js';
import {readRun} from '../runs/run-record.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable} from '../util/format.js';
import {machineMemory} from '../util/machine-memory.js';
import {UserError} from '../util/user-error.js';
import {comparisonText} from './comparison-text.js';
import {headlessReporter, workThrough, type SignalSource} from './headless.js';
import {queueExitCode, unmetExpectations} from './run-outcome.js';
import {addStepSummary} from './step-summary.js';
import type {Streams} from './streams.js';

export type RunOptions = {
  readonly folder: string;
  readonly runs: string;
  readonly data: string | undefined;
  readonly overrides: readonly string[];
  readonly seed: number | undefined;
  readonly repeat: number;
  readonly resplit: boolean;
  readonly backend: string;
  readonly failFast: boolean;
  readonly json: boolean;
  readonly version: string;
};

export type RunDeps = Streams & {
  readonly env: NodeJS.ProcessEnv;
  readonly signals: SignalSource;
  readonly now: () => number;
  readonly random: () => number;
};

/** The jobs of the named experiments, checked whole before anything is written. */
export async function loadJobs(names: readonly string[], options: RunOptions): Promise<RunJob[]> {
  if (names.length === 0) {
    throw new UserError('run: no experiment is named. Expected one or more names or files.', {
      hint: 'celeba-tui list shows them; for example: celeba-tui run quick --ci',
    });
  }
  const parsed = await Promise.all(
    names.map(name => loadExperiment(name, options.folder, options.overrides)),
  );
  const jobs = parsed.flatMap(({file, variants}) =>
    variants.map(variant => ({...variant, file: file.name})),
  );
  for (const {experiment} of jobs) refuseTooLarge(experiment, machineMemory());
  return withSeeds(jobs, {
    repeat: options.repeat,
    resplit: options.resplit,
    ...(options.seed === undefined ? {} : {seed: options.seed}),
  });
}

/** A queue whose trainers are those of this build. */
export function makeQueue(
  options: RunOptions,
  deps: RunDeps,
  onEvent?: RunQueueOptions['onEvent'],
): RunQueue {
  return new RunQueue({
    trainerProgram: fileURLToPath(new URL('../trainer/main.js', import.meta.url)),
    env: deps.env,
    failFast: options.failFast,
    now: deps.now,
    createRun: runMaker({
      ...deps,
      runs: options.runs,
      dataRoot: options.data,
      backend: options.backend,
      version: options.version,
    }),
    ...(onEvent === undefined ? {} : {onEvent}),
  });
}

/** Runs experiments one after another without a screen; compares them when there were several. */
export async function runHeadless(
  names: readonly string[],
  options: RunOptions,
  deps: RunDeps,
): Promise<ExitCode> {
  const jobs = await loadJobs(names, options);
  const queue = makeQueue(options, deps, headlessReporter(options.json, deps));
  queue.add(jobs);
  const interrupted = await workThrough(queue, deps.signals, deps);
  const {items} = queue.state.get();
  for (const {status, folder, run, job} of items) {
    if (status === 'failed' && folder === undefined)
      deps.stderr.write(printable(`${job.experiment.name}: ${run.failure?.message ?? 'failed'}\n`));
  }
  const folders = items.flatMap(({folder, status}) =>
    folder === undefined || status !== 'done' ? [] : [new RunFolder(folder)],
  );
  if (folders.length > 0) await compareAndSave(folders, options, deps);
  const unmet = unmetExpectations(items);
  for (const text of unmet) deps.stderr.write(`${printable(text)}\n`);
  return queueExitCode(items, interrupted, unmet.length);
}

/** Several runs are compared; one is only summed up, where a step of GitHub Actions asks for it. */
async function compareAndSave(
  folders: readonly RunFolder[],
  options: RunOptions,
  deps: RunDeps,
): Promise<void> {
  const comparison = await compareRuns(await Promise.all(folders.map(readRun)));
  await addStepSummary(() => comparisonMarkdown(comparison), deps.env, deps);
  if (folders.length < 2) return;
  if (!options.json) deps.stdout.write(`\n${comparisonText(comparison)}`);
  const {now} = deps;
  const folder = await saveComparison(comparison, options.runs, {now, version: options.version});
  deps.stderr.write(`The comparison is in ${printable(folder)}\n`);
}
