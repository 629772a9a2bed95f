import type {Prediction} from '../../compare/predictions.js';
import type {InterfaceState} from '../state/interface-state.js';
import type {PicturePrediction, PredictionsState} from '../state/predictions-state.js';

/** The pictures that are shown: all, or only those with mistakes. */
export function shownPictures(
  {pictures, mistaken}: PredictionsState,
  {mistakesOnly}: Pick<InterfaceState['predictions'], 'mistakesOnly'>,
): readonly PicturePrediction[] {
  return mistakesOnly ? mistaken : pictures;
}

/** Probability that the network gave to its own answer, 0.5 to 1. */
export function certainty({probability}: Pick<Prediction, 'probability'>): number {
  return Math.max(probability, 1 - probability);
}

/** `✗ Male: is yes, said no (0.93)`; the sign says whether it was right. */
export function predictionText({head, label, predicted, probability}: Prediction): string {
  const sure = certainty({probability}).toFixed(2);
  const sign = label === predicted ? '✓' : '✗';
  return `${sign} ${head}: is ${yesNo(label)}, said ${yesNo(predicted)} (${sure})`;
}

function yesNo(value: number): string {
  return value === 1 ? 'yes' : 'no';
}
