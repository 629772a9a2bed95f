import type {Prediction} from '../../compare/predictions.js';
import {probabilityText} from '../../util/format.js';
import type {InterfaceState} from '../state/interface-state.js';
import type {ImagePrediction, PredictionsState} from '../state/predictions-state.js';

/** The images that are shown: all, or only those with mistakes. */
export function shownPictures(
  {images, mistaken}: PredictionsState,
  {mistakesOnly}: Pick<InterfaceState['predictions'], 'mistakesOnly'>,
): readonly ImagePrediction[] {
  return mistakesOnly ? mistaken : images;
}

/** How far a prediction is from undecided, 0.5 to 1: for the order of the images, never shown. */
export function certainty({probability}: Pick<Prediction, 'probability'>): number {
  return Math.max(probability, 1 - probability);
}

/** `✗ Male: yes, predicted no (0.070)`: the true label, the prediction, the probability of yes. */
export function predictionText({head, label, predicted, probability}: Prediction): string {
  const sign = label === predicted ? '✓' : '✗';
  return `${sign} ${head}: ${yesNo(label)}, predicted ${yesNo(predicted)} (${probabilityText(probability)})`;
}

function yesNo(value: number): string {
  return value === 1 ? 'yes' : 'no';
}
