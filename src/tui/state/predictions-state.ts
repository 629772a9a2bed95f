import type {Prediction} from '../../compare/predictions.js';

/** One image with what every head says of it. */
export type ImagePrediction = {
  readonly file: string;
  readonly heads: readonly Prediction[];
  readonly mistakes: number;
};

/** The predictions of one run, in the order in which they are shown. */
export type OrderedPredictions = {
  /** Those with mistakes first. */
  readonly images: readonly ImagePrediction[];
  /** Those with mistakes only, in the same order. */
  readonly mistaken: readonly ImagePrediction[];
};

/** The predictions of one run, as they are in its folder. */
export type PredictionsState = OrderedPredictions & {
  readonly run: string | undefined;
  readonly error: string | undefined;
};

export const noPredictions: PredictionsState = {
  run: undefined,
  images: [],
  mistaken: [],
  error: undefined,
};
