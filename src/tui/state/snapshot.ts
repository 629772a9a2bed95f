import type {Comparison} from '../../compare/comparison.js';
import type {RunMetrics} from '../../compare/run-metrics.js';
import type {Prediction} from '../../compare/predictions.js';
import type {ListedExperiment} from '../../experiment/load.js';
import type {QueueState} from '../../runs/queue/queue-state.js';
import type {AffinityFile} from '../../runs/affinity-file.js';
import type {RunRecord} from '../../runs/run-record.js';
import type {QueueElsewhere} from '../loading/queues-elsewhere.js';
import type {InterfaceState} from './interface-state.js';

/** Why an experiment cannot run: there is no data, or the data has no labels for its heads. */
export type DataProblem = {readonly what: 'data' | 'heads'; readonly text: string};

/** Everything that a frame is made of: the same snapshot gives the same frame. */
export type Snapshot = {
  readonly state: InterfaceState;
  readonly experiments: readonly ListedExperiment[];
  /** Why experiments cannot read their data, by name; undefined for those that can. */
  readonly dataProblems: ReadonlyMap<string, DataProblem | undefined>;
  readonly folder: FolderState;
  readonly runs: readonly RunRecord[];
  /** Before the first look at the folder of the runs: nobody knows yet what is in it. */
  readonly isReadingRuns: boolean;
  readonly queue: QueueState;
  readonly queuesElsewhere: readonly QueueElsewhere[];
  readonly comparison: ComparisonState;
  readonly measured: MeasuredState;
  readonly predictions: PredictionsState;
  readonly files: RunFilesState;
  readonly data: DataState;
};

/** The comparison that is shown; it is made again when one of its runs goes on. Until it is made, it has neither result nor error. */
export type ComparisonState = {
  readonly ids: readonly string[];
  readonly result: Comparison | undefined;
  readonly error: string | undefined;
};

export const noComparison: ComparisonState = {ids: [], result: undefined, error: undefined};

/** The numbers of the opened run; measured again when it goes on. */
export type MeasuredState = {
  readonly run: string | undefined;
  readonly result: RunMetrics | undefined;
  readonly error: string | undefined;
};

export const noMeasured: MeasuredState = {run: undefined, result: undefined, error: undefined};

/** One image with what every head says of it. */
export type ImagePrediction = {
  readonly file: string;
  readonly heads: readonly Prediction[];
};

/** The predictions of one run, as they are in its folder. */
export type PredictionsState = {
  readonly run: string | undefined;
  /** Those with mistakes first. */
  readonly images: readonly ImagePrediction[];
  readonly error: string | undefined;
};

export const noPredictions: PredictionsState = {
  run: undefined,
  images: [],
  error: undefined,
};

/** Texts of the opened run's folder, and what else is in its files. */
export type RunFilesState = {
  readonly run: string | undefined;
  readonly summary: string;
  readonly definition: string;
  readonly log: string;
  /** How the heads affect each other; undefined where that was not measured. */
  readonly affinity: AffinityFile | undefined;
  readonly files: readonly {readonly name: string; readonly bytes: number}[];
};

export const noRunFiles: RunFilesState = {
  run: undefined,
  summary: '',
  definition: '',
  log: '',
  affinity: undefined,
  files: [],
};

/** A folder that is looked through: its folders and archives, without hidden ones. */
export type FolderState = {
  readonly path: string | undefined;
  readonly names: readonly string[];
  /** Why it cannot be listed, and the nearest folder above it that can. */
  readonly fault: {readonly text: string; readonly nearest: string} | undefined;
};

export const noFolder: FolderState = {path: undefined, names: [], fault: undefined};

/** What a data set holds, as `data info --json` says it. */
export type DataSummary = {
  readonly source: string;
  readonly layout: string;
  readonly images: number;
  readonly missing: number;
  /** In pixels, as most of the images that were looked at have it. */
  readonly imageSize?: {readonly height: number; readonly width: number} | undefined;
  readonly partition?: Readonly<Record<string, number>> | undefined;
  readonly balance: Readonly<Record<string, number>>;
  readonly majority: Readonly<Record<string, number>>;
  readonly strata: Readonly<Record<string, number>>;
  /** Images of each class, by attribute, where the data names its classes. */
  readonly classes?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly warnings: readonly string[];
};

export type DataTask = {
  readonly what: 'sample' | 'prepare' | 'fetch';
  readonly text: string;
  readonly done: number;
  readonly total: number;
};

/** The data of the experiment under the cursor, and what is being done about it. */
export type DataState = {
  /** Experiment and root that were looked at. */
  readonly asked: string | undefined;
  readonly loading: boolean;
  readonly info: DataSummary | undefined;
  /** Some of its images. */
  readonly examples: readonly {readonly file: string; readonly bytes: Buffer}[];
  readonly error: string | undefined;
  readonly task: DataTask | undefined;
};

export const noData: DataState = {
  asked: undefined,
  loading: false,
  info: undefined,
  examples: [],
  error: undefined,
  task: undefined,
};
