import type {Comparison} from '../../compare/comparison.js';
import type {RunMetrics} from '../../compare/run-metrics.js';
import type {Prediction} from '../../compare/predictions.js';
import type {DataInfo} from '../../data/info.js';
import type {ListedExperiment} from '../../experiment/load.js';
import type {QueueState} from '../../runs/queue/queue-state.js';
import type {AffinityFile} from '../../runs/affinity-file.js';
import type {RunRecord} from '../../runs/run-record.js';
import type {QueueElsewhere} from '../loading/queues-elsewhere.js';
import {initialInterfaceState, type InterfaceState} from './interface-state.js';

/** Why an experiment cannot run: there is no data, or the data has no labels for its heads. */
export type DataProblem = {readonly what: 'data' | 'heads'; readonly text: string};

/** The comparison that is shown; it is made again when one of its runs goes on. Until it is made, it has neither result nor error. */
const noComparison = {
  ids: [] as readonly string[],
  result: undefined as Comparison | undefined,
  error: undefined as string | undefined,
};

/** The numbers of the opened run; measured again when it goes on. */
const noMeasured = {
  run: undefined as string | undefined,
  result: undefined as RunMetrics | undefined,
  error: undefined as string | undefined,
};
export type MeasuredState = Readonly<typeof noMeasured>;

/** One image with what every head says of it. */
export type ImagePrediction = {
  readonly file: string;
  readonly heads: readonly Prediction[];
};

/** The predictions of one run, as they are in its folder. */
export const noPredictions = {
  run: undefined as string | undefined,
  /** Those with mistakes first. */
  images: [] as readonly ImagePrediction[],
  error: undefined as string | undefined,
};

/** Texts of the opened run's folder, and what else is in its files. */
const noRunFiles = {
  run: undefined as string | undefined,
  summary: '',
  definition: '',
  log: '',
  /** How the heads affect each other; undefined where that was not measured. */
  affinity: undefined as AffinityFile | undefined,
  files: [] as readonly {readonly name: string; readonly bytes: number}[],
};
export type RunFilesState = Readonly<typeof noRunFiles>;

/** A folder that is looked through: its folders and archives, without hidden ones. */
const noFolder = {
  path: undefined as string | undefined,
  names: [] as readonly string[],
  /** Why it cannot be listed, and the nearest folder above it that can. */
  fault: undefined as {readonly text: string; readonly nearest: string} | undefined,
};
export type FolderState = Readonly<typeof noFolder>;

export type DataTask = {
  readonly what: 'sample' | 'prepare' | 'fetch';
  readonly text: string;
  readonly done: number;
  readonly total: number;
};

/** The data of the experiment under the cursor, and what is being done about it. */
export const noData = {
  /** Experiment and root that were looked at. */
  asked: undefined as string | undefined,
  loading: false,
  info: undefined as DataInfo | undefined,
  /** Some of its images. */
  examples: [] as readonly {readonly file: string; readonly bytes: Buffer}[],
  error: undefined as string | undefined,
  task: undefined as DataTask | undefined,
};
export type DataState = Readonly<typeof noData>;

/** What is shown before anything is read. */
export const emptySnapshot = {
  state: initialInterfaceState as InterfaceState,
  experiments: [] as readonly ListedExperiment[],
  /** Why experiments cannot read their data, by name; undefined for those that can. */
  dataProblems: new Map() as ReadonlyMap<string, DataProblem | undefined>,
  folder: noFolder as FolderState,
  runs: [] as readonly RunRecord[],
  /** Before the first look at the folder of the runs: nobody knows yet what is in it. */
  isReadingRuns: true,
  queue: {items: [], stopping: false} as QueueState,
  queuesElsewhere: [] as readonly QueueElsewhere[],
  comparison: noComparison as Readonly<typeof noComparison>,
  measured: noMeasured as MeasuredState,
  predictions: noPredictions as Readonly<typeof noPredictions>,
  files: noRunFiles as RunFilesState,
  data: noData as DataState,
};

/** Everything that a frame is made of: the same snapshot gives the same frame. */
export type Snapshot = Readonly<typeof emptySnapshot>;
