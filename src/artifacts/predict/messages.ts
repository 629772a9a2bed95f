import type {Fit, Size} from '../../data/image/fit.js';
import type {OutputPlan} from '../saved/metadata.js';
import type {ExitCode} from '../../util/exit-codes.js';

/** A saved model, and how its outputs are to be read where it does not say so itself. */
export type ModelSource = {readonly folder: string; readonly plan?: OutputPlan};

/** One image: a file, or what comes through standard input. */
export type ImageItem = {readonly kind: 'file'; readonly file: string} | {readonly kind: 'stdin'};

/** What the models say of one image, or why it cannot be used. */
export type ImageResult =
  | {
      /** Probability of 1 for each head. */
      readonly probabilities: readonly number[];
      /** Whether it has other proportions than the network's input. */
      readonly isOdd: boolean;
    }
  | {readonly error: string};

/** To a predicting process. */
export type PredictCommand =
  | {
      readonly type: 'start';
      readonly models: readonly ModelSource[];
      readonly fit: Fit;
      /** The folder of a tfjs-node; without one the layers run on plain JavaScript. */
      readonly nativePackage: string | undefined;
    }
  | {readonly type: 'predict'; readonly items: readonly ImageItem[]};

/** From a predicting process. */
export type PredictEvent =
  | {
      readonly type: 'started';
      readonly heads: readonly string[];
      readonly size: Size;
      /** Something that a person should know. */
      readonly note: string | undefined;
    }
  | {readonly type: 'predicted'; readonly results: readonly ImageResult[]}
  | {
      readonly type: 'failed';
      readonly message: string;
      readonly hint: string | undefined;
      readonly exitCode: ExitCode;
    };
