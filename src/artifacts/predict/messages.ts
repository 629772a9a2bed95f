import type {Fit, Size} from '../../data/image/area-filter.js';
import type {OutputPlan} from '../../tensorflow/network.js';

/** A saved model, and how its outputs are to be read where it does not say so itself. */
export type ModelSource = {
  readonly folder: string;
  readonly plan?: OutputPlan;
  /** Its outputs that answer their heads; default: all. */
  readonly answers?: readonly string[];
};

/** One image: a file, or what comes through standard input. */
export type ImageItem = {readonly kind: 'file'; readonly file: string} | {readonly kind: 'stdin'};

/** What the models predict for one image, or why it cannot be used. */
export type ImageResult =
  | {
      /** Probability of 1 for each head; of the predicted class for a head with more than two. */
      readonly probabilities: readonly number[];
      /** The most probable class of each head. */
      readonly classes: readonly number[];
      /** Whether it has other proportions than the network's input. */
      readonly isOdd: boolean;
    }
  | {readonly error: string};

/** To a predicting process. */
export type PredictRequest =
  | {
      readonly type: 'open';
      readonly models: readonly ModelSource[];
      readonly fit: Fit;
      /** The folder of a tfjs-node; without one the layers run on plain JavaScript. */
      readonly nativePackage: string | undefined;
    }
  | {readonly type: 'predict'; readonly items: readonly ImageItem[]};

/** The models of a predicting process, loaded. */
export type OpenedModels = {
  readonly heads: readonly string[];
  /** Names of the classes of each head. */
  readonly classes: readonly (readonly string[])[];
  /** The probability above which each head predicts 1. */
  readonly thresholds: readonly number[];
  /** [height, width] that all of them expect. */
  readonly size: Size;
  /** Something that a person should know. */
  readonly note: string | undefined;
};

/** From a predicting process. */
export type PredictAnswer = OpenedModels | readonly ImageResult[];
