import type {Prediction} from '../../compare/predictions.js';

/** The predictions of one run, as they are in its folder. */
export type PredictionsState = {
  readonly run: string | undefined;
  readonly rows: readonly Prediction[];
  readonly error: string | undefined;
};

export const noPredictions: PredictionsState = {run: undefined, rows: [], error: undefined};
