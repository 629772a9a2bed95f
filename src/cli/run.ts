import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {compareRuns} from '../compare/comparison.js';
import {comparisonMarkdown} from '../compare/format/markdown.js';
import {saveComparison} from '../compare/report/save.js';
import {withSeeds} from '../engine/jobs.js';
import {runMaker} from '../engine/make-run.js';
import type {Journal} from '../engine/journal.js';
import {QueueJournal} from '../engine/queue-journal.js';
import type {BegunRun, RunJob} from '../engine/queue-state.js';
import {RunQueue, type RunQueueOptions} from '../engine/run-queue.js';
import {loadExperiment} from '../experiment/load.js';
import {refuseTooLarge} from '../model/memory.js';
import {stamp} from '../runs/create-run.js';
import {RunFolder} from '../runs/run-folder.js';
import {readRun} from '../runs/run-record.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable} from '../util/format.js';
import {cacheFolder} from '../util/cache-folder.js';
import {machineMemory} from '../util/machine-memory.js';
import {UserError} from '../util/user-error.js';
import {comparisonText} from './comparison-text.js';
import {headlessReporter, workThrough, type SignalSource} from './headless.js';
import {asNeeded} from './needed.js';
import {queueExitCode, unmetExpectations} from './run-outcome.js';
import {addStepSummary} from './step-summary.js';
import {interruptionNote, planResume} from './resume.js';
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
  /** Go on with interrupted runs: those named, or the last queue where none is. */
  readonly resume?: boolean;
  /** Skip what a finished run with the same configuration and data has answered. */
  readonly needed?: boolean;
};

export type RunDeps = Streams & {
  readonly env: NodeJS.ProcessEnv;
  readonly signals: SignalSource;
  readonly now: () => number;
  readonly random: () => number;
};

function requireNames(names: readonly string[]): void {
  if (names.length === 0) {
    throw new UserError('run: no experiment is named. Expected one or more names or files.', {
      hint: 'celeba-tui list shows them; for example: celeba-tui run quick --ci',
    });
  }
}

/** The jobs of the named experiments, checked whole before anything is written. */
export async function loadJobs(names: readonly string[], options: RunOptions): Promise<RunJob[]> {
  requireNames(names);
  const parsed = await Promise.all(
    names.map(name => loadExperiment(name, options.folder, options.overrides)),
  );
  const jobs = parsed.flatMap(({file, path: own, variants}) => {
    const origin = {path: path.resolve(own), overrides: options.overrides};
    return variants.map(variant => ({...variant, file: file.name, origin}));
  });
  for (const {experiment} of jobs) refuseTooLarge(experiment, machineMemory());
  return withSeeds(jobs, {
    repeat: options.repeat,
    resplit: options.resplit,
    ...(options.seed === undefined ? {} : {seed: options.seed}),
  });
}

/** Who wants to know what happens in a queue. */
export type QueueHooks = Pick<RunQueueOptions, 'onEvent' | 'onNotice'>;

/**
 * A queue whose trainers are those of this build, with its journal.
 *
 * @param from The journal of a queue that goes on.
 */
export function makeQueue(
  options: RunOptions,
  deps: RunDeps,
  hooks: QueueHooks = {},
  from?: Journal,
): RunQueue {
  const {runs} = options;
  const id = from?.id ?? `${stamp(new Date(deps.now()))}-${hex(deps.random)}`;
  const settings = from?.settings ?? {
    data: options.data === undefined ? undefined : path.resolve(options.data),
    backend: options.backend,
    failFast: options.failFast,
  };
  return new RunQueue({
    ...deps,
    trainerProgram: fileURLToPath(new URL('../trainer/main.js', import.meta.url)),
    failFast: settings.failFast,
    journal: new QueueJournal(runs, id, settings, from),
    createRun: runMaker({
      ...deps,
      runs,
      dataRoot: settings.data,
      backend: settings.backend,
      version: options.version,
      batch: id,
    }),
    ...hooks,
    stuckMs: stuckMs(deps.env),
  });
}

/** CELEBA_TUI_STUCK_SECONDS, where it is set to a number. */
function stuckMs({CELEBA_TUI_STUCK_SECONDS: text}: NodeJS.ProcessEnv): number | undefined {
  const seconds = Number(text);
  return text !== undefined && seconds > 0 ? seconds * 1000 : undefined;
}

function hex(random: () => number): string {
  return Math.floor(random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
}

/**
 * The queue that a command line asks for: new runs, or those that go on.
 *
 * @returns undefined where there is nothing to go on with.
 */
export async function prepareQueue(
  names: readonly string[],
  options: RunOptions,
  deps: RunDeps,
  hooks: QueueHooks = {},
): Promise<{readonly queue: RunQueue; readonly notes: readonly string[]} | undefined> {
  if (options.resume !== true) {
    const jobs = names.length === 0 ? [] : await loadJobs(names, options);
    const note = await interruptionNote(options.runs);
    const queue = makeQueue(options, deps, hooks);
    const notes = note === undefined ? [] : [note];
    if (options.needed !== true) {
      queue.add(jobs);
      return {queue, notes};
    }
    const items = await asNeeded(jobs, {...options, ...deps, cacheFolder: cacheFolder(deps.env)});
    queue.addRuns(items);
    return {queue, notes: [...notes, ...items.flatMap(answeredNote)]};
  }
  refuseOverrides(options);
  const plan = await planResume(names, options.runs);
  if (plan === undefined) return undefined;
  const queue = makeQueue(options, deps, hooks, plan.journal);
  queue.addRuns(plan.runs);
  return {queue, notes: plan.notes};
}

function answeredNote({job, folder}: BegunRun): string[] {
  if (folder === undefined) return [];
  return [`${job.experiment.name} is answered by ${path.basename(folder)} and is not run again.`];
}

function refuseOverrides({overrides, seed, repeat, data, needed}: RunOptions): void {
  const given = [
    ...(overrides.length > 0 ? ['--set'] : []),
    ...(seed === undefined ? [] : ['--seed']),
    ...(repeat === 1 ? [] : ['--repeat']),
    ...(data === undefined ? [] : ['--data']),
    ...(needed === true ? ['--needed'] : []),
  ];
  if (given.length === 0) return;
  throw new UserError(
    `run --resume: runs go on as they were defined. Expected no ${given.join(', no ')} with it.`,
    {hint: 'Start the experiment anew to change something.'},
  );
}

/** Runs experiments one after another without a screen; compares them when there were several. */
export async function runHeadless(
  names: readonly string[],
  options: RunOptions,
  deps: RunDeps,
): Promise<ExitCode> {
  if (options.resume !== true) requireNames(names);
  const prepared = await prepareQueue(names, options, deps, {
    onEvent: headlessReporter(options.json, deps),
    onNotice: text => deps.stderr.write(`celeba-tui: ${text}\n`),
  });
  if (prepared === undefined) {
    deps.stderr.write(`celeba-tui: nothing in ${options.runs} was interrupted.\n`);
    return 0;
  }
  const {queue, notes} = prepared;
  for (const note of notes) deps.stderr.write(printable(`celeba-tui: ${note}\n`));
  const interrupted = await workThrough(queue, deps.signals, deps);
  const {items} = queue.state.get();
  for (const {status, run, job} of items) {
    if (status === 'failed' && run.lastSeq === 0)
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
  const compared = async () => compareRuns(await Promise.all(folders.map(readRun)));
  // 800,000 predictions are a quarter of a gigabyte: one run's are read only where they are asked for.
  if (folders.length < 2) {
    return addStepSummary(async () => comparisonMarkdown(await compared()), deps.env, deps);
  }
  const comparison = await compared();
  await addStepSummary(() => comparisonMarkdown(comparison), deps.env, deps);
  if (!options.json) deps.stdout.write(`\n${comparisonText(comparison)}`);
  const {now} = deps;
  const folder = await saveComparison(comparison, options.runs, {now, version: options.version});
  deps.stderr.write(`The comparison is in ${printable(folder)}\n`);
}
