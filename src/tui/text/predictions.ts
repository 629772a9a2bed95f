import type {Prediction} from '../../compare/predictions.js';
import {probabilityText} from '../../util/format.js';
import {widthOf} from './fit.js';

/**
 * `✗ Male: yes, predicted no (0.070)`: the true label, the prediction, the probability of yes. Where
 * that is too wide, `✗ Male: yes → no (0.070)`. `? Male: unknown, predicted no (0.070)` without a label.
 */
export function predictionText(
  {head, label, predicted, probability}: Prediction,
  width: number,
): string {
  const sign = label === undefined ? '?' : label === predicted ? '✓' : '✗';
  const text = (between: string): string =>
    `${sign} ${head}: ${yesNo(label)}${between}${yesNo(predicted)} (${probabilityText(probability)})`;
  const long = text(', predicted ');
  return widthOf(long) <= width ? long : text(' → ');
}

function yesNo(value: number | undefined): string {
  if (value === undefined) return 'unknown';
  return value === 1 ? 'yes' : 'no';
}
