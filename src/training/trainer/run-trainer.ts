import {sum} from '../../util/sum.js';
import os from 'node:os';
import path from 'node:path';
import {loadBackend} from '../../tensorflow/load.js';
import {useThreads} from '../../tensorflow/native/threads.js';
import type {Backend, BackendName} from '../../tensorflow/types.js';
import type {Dataset, ImageSet} from '../../data/dataset.js';
import {loadDataset, type LoadOptions} from '../../data/load-dataset.js';
import {dataSeed} from '../../experiment/data-root.js';
import {readResolved} from '../../experiment/stringify.js';
import {countLabels, MISSING} from '../../experiment/missing-label.js';
import type {Experiment} from '../../experiment/schema.js';
import {experimentSummary} from '../../model/summary.js';
import {modelParameters} from '../../model/shapes.js';
import {modelPlans} from '../../model/plan.js';
import {metricsCsv} from '../../runs/run-csv.js';
import type {RunFolder} from '../../runs/run-folder.js';
import {readRunInfo, unreadableInfo, type RunInfo} from '../../runs/run-info.js';
import type {FinishedStatus} from '../../runs/status.js';
import {CHECKPOINT_NAME, writeCheckpoint} from '../checkpoint.js';
import type {TrainingControl} from '../context.js';
import {trainRun} from '../train-run.js';
import {thisProcess} from '../../util/process-identity.js';
import {writeAtomic} from '../../util/write-atomic.js';
import {checkEnvironment, continuationOf, type Continuation} from './continuation.js';
import type {Reporter} from './reporter.js';
import {
  answerLines,
  decisionLines,
  predictionsText,
  slicesText,
  summaryText,
  warningsOf,
} from './result-texts.js';

type RunTrainerOptions = {
  readonly folder: RunFolder;
  readonly reporter: Reporter;
  readonly control: TrainingControl;
  readonly resume: boolean;
  readonly cacheFolder: string;
  /** An epoch that takes longer than this writes checkpoints in its middle, too. */
  readonly checkpointMs: number;
  /** Environment of this process; TensorFlow reads it when it loads. */
  readonly env: NodeJS.ProcessEnv;
  /** Writes the log to the disk, so that a checkpoint is never ahead of it. */
  readonly syncLog: () => void;
};

/** Trains the run of a folder, and writes all its files. */
export async function runTrainer(options: RunTrainerOptions): Promise<void> {
  const {folder, reporter, control} = options;
  const {info, fault} = readRunInfo(folder);
  if (info === undefined) throw unreadableInfo(folder, fault);
  const experiment = readResolved(folder.experiment);
  const {configHash: config} = info;
  const threads = useThreads(options.env, info.threads, os.availableParallelism());
  const choice = (info.backend ?? 'auto') as BackendName | 'auto';
  const backend = await loadBackend(choice, options.env, threads);
  const continuation: Continuation = options.resume
    ? await continuationOf(folder, config)
    : {from: undefined, facts: []};
  const startedMs = performance.now() - (continuation.from?.seconds ?? 0) * 1000;
  announce(experiment, backend, reporter, continuation);
  await writeAtomic(folder.summary, experimentSummary(experiment));

  const dataset = await load(options, experiment, info);
  if (dataset === undefined) return finish(options, control.stopStatus, startedMs);
  const warnings = warningsOf(experiment, dataset);
  await writeAtomic(folder.summary, summaryText(experiment, warnings));
  try {
    warn(reporter, await recordEnvironment(folder, {...info, threads}, backend, dataset));
    const status = await trainRun({
      experiment,
      dataset,
      backend,
      control,
      emit: reporter.emit,
      clock: () => performance.now(),
      memoryBytes: () => process.memoryUsage.rss(),
      checkpointMs: options.checkpointMs,
      from: continuation.from,
      cacheFolder: options.cacheFolder,
      output: {
        saveCheckpoint: async progress => {
          options.syncLog();
          const seconds = secondsSince(startedMs);
          await writeCheckpoint(folder.checkpoints, {version: 4, config, ...progress, seconds});
          return path.join('checkpoints', CHECKPOINT_NAME);
        },
        saveAffinity: affinity => writeAtomic(folder.affinity, `${JSON.stringify(affinity)}\n`),
        modelFolder: name => folder.model(name),
        savePredictions: async ended => {
          const slices = slicesText(dataset);
          if (slices !== undefined) await writeAtomic(folder.slices, slices);
          await writeAtomic(folder.predictions, predictionsText(experiment, dataset, ended));
        },
      },
    });
    const decisions = [...answerLines(reporter.state), ...decisionLines(reporter.state)];
    if (decisions.length > 0)
      await writeAtomic(folder.summary, summaryText(experiment, warnings, decisions));
    await finish(options, status, startedMs);
  } finally {
    await dataset.close();
  }
}

function secondsSince(startedMs: number): number {
  return (performance.now() - startedMs) / 1000;
}

function warn({emit}: Reporter, message: string | undefined): void {
  if (message !== undefined) emit({type: 'log.written', level: 'warning', message});
}

function announce(
  experiment: Experiment,
  backend: Backend,
  {emit}: Reporter,
  {facts}: Continuation,
): void {
  const {pid, start} = thisProcess();
  emit({
    type: 'run.started',
    experiment: experiment.name,
    heads: experiment.data.heads,
    models: modelPlans(experiment).map(plan => ({
      name: plan.name,
      heads: plan.heads,
      parameters: modelParameters(experiment, plan),
    })),
    epochs: experiment.training.epochs,
    backend: backend.version,
    pid,
    ...(start === undefined ? {} : {processStart: start}),
  });
  facts.forEach(emit);
  const message = slowness(backend);
  if (message !== undefined) emit({type: 'log.written', level: 'warning', message});
}

/** Warns of a backend that is not native. */
function slowness({name, instead}: Backend): string | undefined {
  if (name === 'tensorflow') return undefined;
  const how =
    name === 'wasm'
      ? 'Training runs on WebAssembly: slower than natively.'
      : 'Training runs in plain JavaScript: very slow.';
  return instead === undefined ? how : `${how} ${instead} Run: celeba-tui doctor --fix`;
}

/** Interval of progress events: an image takes only a millisecond. */
const PROGRESS_MS = 100;

function progressReporter({emit}: Reporter): LoadOptions['onProgress'] {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (what, done, total) => {
    const nowMs = performance.now();
    if (done < total && nowMs - reportedAt < PROGRESS_MS) return;
    reportedAt = nowMs;
    emit({type: 'data.progressed', what, done, total});
  };
}

/** Returns undefined when stopped. */
async function load(
  {reporter, control, cacheFolder}: RunTrainerOptions,
  experiment: Experiment,
  info: RunInfo,
): Promise<Dataset | undefined> {
  const startedMs = performance.now();
  const {data, evaluation} = experiment;
  let dataset: Dataset;
  try {
    dataset = await loadDataset(data, {
      seed: dataSeed(experiment),
      root: info.dataRoot,
      slices: evaluation.slices ?? [],
      cacheFolder,
      onProgress: progressReporter(reporter),
      onWarning: message => reporter.emit({type: 'log.written', level: 'warning', message}),
      signal: control.signal,
    });
  } catch (error) {
    if (control.shouldStop) return undefined;
    throw error;
  }
  const warnings = warningsOf(experiment, dataset);
  reporter.emit({
    type: 'data.loaded',
    source: dataset.source,
    trainImages: dataset.train.count,
    validationImages: dataset.validation.count,
    ...(dataset.test !== undefined && {testImages: dataset.test.count}),
    baselines: majorityBaselines(dataset.validation, dataset.heads),
    seconds: secondsSince(startedMs),
    ...(warnings.length > 0 && {warnings}),
  });
  return dataset;
}

/** Returns the accuracy of always predicting the majority class, for each head. */
function majorityBaselines(set: ImageSet, heads: readonly string[]): Record<string, number> {
  const {labels, files} = set;
  const counts = countLabels(labels, heads.length, [...heads.keys()], files.keys());
  return Object.fromEntries(
    heads.map((head, index) => {
      const classes = counts[index]!.subarray(0, MISSING);
      return [head, Math.max(...classes) / sum(classes)];
    }),
  );
}

async function recordEnvironment(
  folder: RunFolder,
  info: RunInfo,
  backend: Backend,
  dataset: Dataset,
): Promise<string | undefined> {
  const note = checkEnvironment(info, {dataset, backend: backend.version});
  const complete: RunInfo = {
    ...info,
    backend: backend.name,
    versions: {...info.versions, backend: backend.version, decoder: dataset.decoder},
    dataFingerprint: dataset.fingerprint,
    images: {
      train: dataset.train.count,
      validation: dataset.validation.count,
      ...(dataset.test !== undefined && {test: dataset.test.count}),
    },
  };
  await writeAtomic(folder.info, `${JSON.stringify(complete, null, 2)}\n`);
  return note;
}

async function finish(
  {folder, reporter}: RunTrainerOptions,
  status: FinishedStatus,
  startedMs: number,
): Promise<void> {
  await writeAtomic(folder.metrics, metricsCsv(reporter.state));
  reporter.emit({
    type: 'run.finished',
    status,
    seconds: secondsSince(startedMs),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  });
}
