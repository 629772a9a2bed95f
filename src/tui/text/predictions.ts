import type {Prediction} from '../../compare/predictions.js';
import {probabilityText} from '../../util/format.js';

/** `✗ Male: yes, predicted no (0.070)`: the true label, the prediction, the probability of yes. */
export function predictionText({head, label, predicted, probability}: Prediction): string {
  const sign = label === predicted ? '✓' : '✗';
  return `${sign} ${head}: ${yesNo(label)}, predicted ${yesNo(predicted)} (${probabilityText(probability)})`;
}

function yesNo(value: number): string {
  return value === 1 ? 'yes' : 'no';
}
