import {lstat} from 'node:fs/promises';
import path from 'node:path';
import type {HeadDecision} from '../experiment/decision.js';
import type {HeadMetric} from '../experiment/metrics.js';
import type {EvaluatedPart} from '../experiment/parts.js';
import {sliceAttributes} from '../experiment/slices.js';
import {answering, outputOf} from '../model/answering.js';
import {readAffinity, type AffinityFile} from '../runs/affinity-file.js';
import {readRunDefinition} from '../runs/run-definition.js';
import type {RunInfo} from '../runs/run-info.js';
import type {RunRecord} from '../runs/run-record.js';
import {trainingSeconds, type RunState} from '../runs/run-state.js';
import type {RunTrial, UntilDecided} from '../runs/searches.js';
import {ownValue} from '../util/own-value.js';
import {assertNoLinkBelow, listPlainFolder} from '../util/safe-file.js';
import {messageOf} from '../util/user-error.js';
import {proposedGroups, type ProposedGroups} from './grouping/proposed-groups.js';
import {questionOf, type FlatDefinition} from './designs.js';
import {labelled} from './labelled-images.js';
import {searchValue} from './search-score.js';
import {readSliceAttributes, type SliceAttributes} from './slice-attributes.js';
import {readRunPredictions, type HeadPredictions, type RunPredictions} from './predictions.js';
import {wilsonInterval} from './statistics/accuracy-interval.js';
import {
  confusionOf,
  matrixOf,
  metricsOf,
  noConfusion,
  type ClassMatrix,
  reliability,
  type Confusion,
  type ReliabilityBin,
} from './statistics/classification.js';
import {sum} from '../util/sum.js';

/** Metrics of one head of a run, with the weights that it kept; all fractions, 0 to 1. */
export type HeadMetrics = Readonly<Record<HeadMetric, number>> & {
  /** On the training images, in the epoch of the kept weights. */
  readonly trainAccuracy: number;
  /** Wilson's 95 % confidence interval of the accuracy. */
  readonly ciLow: number;
  readonly ciHigh: number;
  /** Number of evaluation images whose label is known. */
  readonly images: number;
  /** Accuracy of always predicting the majority class of the evaluation images. */
  readonly baseline: number;
  /** NaN for a head with more than two classes. */
  readonly confusion: Confusion;
  /** The confusion matrix of a head with more than two classes. */
  readonly classes?: ClassMatrix | undefined;
  /** How the head decides; undefined where it has the plain decision, and for pooled runs. */
  readonly decision?: HeadDecision | undefined;
  readonly reliability: readonly ReliabilityBin[];
};

export type RunMetrics = {
  readonly id: string;
  readonly experiment: string;
  readonly status: RunRecord['status'];
  /** Why the run has no metrics; undefined where it has some. */
  readonly problem: string | undefined;
  readonly seed: number | undefined;
  /** The fold that is its test part, from 1; undefined without folds. */
  readonly fold: number | undefined;
  /** Key and value of each matrix axis. */
  readonly variant: Readonly<Record<string, string | number | boolean>>;
  /** Parameters of all networks together; NaN before they are built. */
  readonly parameters: number;
  /** Training and validation of all networks; NaN before the first epoch ends. */
  readonly seconds: number;
  /** Mean over all epochs of training. */
  readonly imagesPerSecond: number;
  /** Milliseconds of one image through all networks; NaN where nobody measured it. */
  readonly imageMs: number;
  /** Milliseconds of a batch of `batchImages` through all networks. */
  readonly batchMs: number;
  readonly batchImages: number;
  /** Size of the saved networks; NaN where there are none. */
  readonly bytes: number;
  /** The part whose images `heads` count; undefined where the run has no metrics. */
  readonly part: EvaluatedPart | undefined;
  readonly heads: Readonly<Record<string, HeadMetrics>>;
  /** The run's warnings about its data, such as a head with one class. */
  readonly warnings: readonly string[];
  /** What its search chooses by, on the validation images; undefined without a search. */
  readonly searchValue?: number | undefined;
};

/** The slices of a run: the products of its definition, and the values of their attributes. */
export type RunSlices = {
  readonly products: readonly string[];
  readonly attributes: SliceAttributes;
};

/** The metrics of a run with what they were computed from. */
export type MeasuredRun = {
  readonly run: RunMetrics;
  /** undefined where the run has a problem. */
  readonly predictions: RunPredictions | undefined;
  readonly definition: FlatDefinition | undefined;
  /** The search that the run belongs to, where seeds were added until the tests decided. */
  readonly untilDecided?: UntilDecided | undefined;
  /** The trial of a search that the run belongs to, and the name or path of its file. */
  readonly trial?: (RunTrial & {readonly file: string}) | undefined;
  /** The groups of heads that its comparison is about; undefined where it is of no such comparison. */
  readonly grouping?: ProposedGroups | undefined;
  /** undefined where the run has none, or none that can be read: its warnings have the reason. */
  readonly slices?: RunSlices | undefined;
  /** How the heads affect each other; undefined where that was not measured. */
  readonly affinity?: AffinityFile | undefined;
};

export type UsableRun = MeasuredRun & {readonly predictions: RunPredictions};

/** Reads a run's predictions, definition and models, and computes its metrics. */
export async function measureRun(record: RunRecord): Promise<MeasuredRun> {
  const {state, info = {}} = record;
  const {seed, fold, variant = {}, experiment = '', untilDecided}: Partial<RunInfo> = info;
  const [{predictions, problem}, bytes, affinity] = await Promise.all([
    predictionsOf(record),
    modelBytes(record),
    readAffinity(record.folder),
  ]);
  const definition = questionOf(record);
  const {slices, fault} = await slicesOf(record, predictions);
  const rates = state.models.flatMap(({history}) =>
    history.map(({imagesPerSecond}) => imagesPerSecond),
  );
  const run: RunMetrics = {
    id: state.id,
    experiment: state.experiment || experiment,
    status: record.status,
    problem,
    ...{seed, fold, variant},
    parameters:
      state.models.length === 0 ? Number.NaN : sum(state.models.map(({parameters}) => parameters)),
    seconds: trainingSeconds(state),
    imagesPerSecond: sum(rates) / rates.length,
    ...inferenceOf(state),
    bytes,
    part: predictions?.part,
    heads: predictions === undefined ? {} : headsOf(predictions, state),
    warnings: [...(state.data?.warnings ?? []), ...(fault === undefined ? [] : [fault])],
    ...(await searchValueOf(record, predictions)),
  };
  return {
    ...{run, predictions, definition, untilDecided, slices, affinity},
    trial: trialOf(record),
    grouping: proposedGroups(record.folder),
  };
}

function trialOf({info}: RunRecord): MeasuredRun['trial'] {
  return info?.trial && {...info.trial, file: fileOf(info)};
}

/** By which `run` finds an experiment: its name in the folder of experiments, else the path of its file. */
function fileOf({file, path: place}: RunInfo): string {
  if (place === undefined) return file;
  const {dir, name} = path.parse(place);
  return path.basename(dir) === 'experiments' && name === file ? file : place;
}

/** What the search of a trial chooses by; nothing without a search. */
async function searchValueOf(
  {info, folder, state}: RunRecord,
  predictions: RunPredictions | undefined,
): Promise<Pick<RunMetrics, 'searchValue'>> {
  const {trial} = info ?? {};
  if (trial === undefined) return {};
  if (predictions === undefined) return {searchValue: Number.NaN};
  return {searchValue: await searchValue(trial.search, folder, state)};
}

/** The slices of a run, or why it has none. */
async function slicesOf(
  {folder}: RunRecord,
  predictions: RunPredictions | undefined,
): Promise<{readonly slices?: RunSlices; readonly fault?: string}> {
  const products = readRunDefinition(folder)?.slices ?? [];
  if (products.length === 0 || predictions === undefined) return {};
  try {
    const attributes = await readSliceAttributes(folder.slices, predictions);
    const missing = sliceAttributes(products).find(name => !attributes.has(name));
    if (missing !== undefined) throw new Error(`it has no column ${missing}`);
    return {slices: {products, attributes}};
  } catch (error) {
    return {
      fault: `${folder.id} has no slices, because slices.csv cannot be used: ${messageOf(error)}`,
    };
  }
}

function headsOf({heads}: RunPredictions, {models}: RunState): RunMetrics['heads'] {
  const metrics = [...heads].map(([head, predictions]) => {
    const model = answering(models, head);
    const train = ownValue(model?.final?.train.heads ?? {}, outputOf(model, head));
    const decision = ownValue(model?.final?.decisions ?? {}, outputOf(model, head));
    const metrics = headMetrics(predictions, train?.accuracy ?? Number.NaN);
    return [head, {...metrics, decision}] as const;
  });
  return Object.fromEntries(metrics);
}

/** Computes a head's metrics. @param trainAccuracy 0 to 1, or NaN. */
export function headMetrics(predictions: HeadPredictions, trainAccuracy: number): HeadMetrics {
  const counted = labelled(predictions);
  const {labels, predicted, probabilities} = counted;
  const {classes} = counted;
  const matrix = matrixOf(labels, predicted, classes?.length ?? 2);
  const correct = matrix.reduce((sum, row, label) => sum + row[label]!, 0);
  const counts = matrix.map(sum);
  const [ciLow, ciHigh] = wilsonInterval(correct, labels.length);
  return {
    ...metricsOf(counted),
    trainAccuracy,
    ciLow,
    ciHigh,
    images: labels.length,
    baseline: Math.max(...counts) / labels.length,
    confusion: classes === undefined ? confusionOf(labels, predicted) : noConfusion,
    ...(classes !== undefined && {classes: {names: classes, matrix}}),
    reliability: classes === undefined ? reliability(labels, probabilities) : [],
  };
}

const UNFINISHED: Readonly<Partial<Record<RunRecord['status'], string>>> = {
  starting: 'still running',
  running: 'still running',
  paused: 'paused',
  stopped: 'stopped before its end',
  interrupted: 'interrupted before its end',
  crashed: 'its trainer is gone',
};

async function predictionsOf({
  folder,
  state,
  fault,
  status,
}: RunRecord): Promise<{readonly predictions?: RunPredictions; readonly problem?: string}> {
  const problem = fault ?? state.failure?.message ?? UNFINISHED[status];
  if (problem !== undefined) return {problem};
  try {
    return {predictions: await readRunPredictions(folder)};
  } catch (error) {
    return {problem: `no predictions: ${messageOf(error)}`};
  }
}

/** Networks that answer a head predict one after another, so their times add up. */
function inferenceOf({
  models,
  heads,
}: RunState): Pick<RunMetrics, 'imageMs' | 'batchMs' | 'batchImages'> {
  const used = models.filter(model => heads.some(head => answering(models, head) === model));
  const total = (key: 'imageMs' | 'batchMs'): number =>
    sum(used.map(({inference}) => inference?.[key] ?? Number.NaN));
  return {
    imageMs: total('imageMs'),
    batchMs: total('batchMs'),
    batchImages: models[0]?.inference?.batchImages ?? Number.NaN,
  };
}

async function modelBytes({state, folder}: RunRecord): Promise<number> {
  try {
    await assertNoLinkBelow(folder.path, folder.models);
    const sizes = await Promise.all(state.models.map(({name}) => folderBytes(folder.model(name))));
    return sizes.length === 0 ? Number.NaN : sum(sizes);
  } catch {
    return Number.NaN;
  }
}

async function folderBytes(folder: string): Promise<number> {
  const files = (await listPlainFolder(folder)).filter(entry => entry.isFile());
  return sum(
    await Promise.all(files.map(async ({name}) => (await lstat(path.join(folder, name))).size)),
  );
}
