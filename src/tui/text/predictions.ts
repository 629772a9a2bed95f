import type {Prediction} from '../../compare/predictions.js';
import {oneLine, probabilityText} from '../../util/format.js';
import {widthOf} from './fit.js';

/**
 * `✗ Male: yes, predicted no (0.070)`: the true label, the prediction, the probability of yes (of more than two
 * classes, that of the prediction). Where
 * that is too wide, `✗ Male: yes → no (0.070)`. `? Male: unknown, predicted no (0.070)` without a label.
 */
export function predictionText(
  {head, label, predicted, probability, classes}: Prediction,
  width: number,
): string {
  const sign = label === undefined ? '?' : label === predicted ? '✓' : '✗';
  const text = (between: string): string =>
    `${sign} ${head}: ${named(label, classes)}${between}${named(predicted, classes)} (${probabilityText(probability)})`;
  const long = text(', predicted ');
  return widthOf(long) <= width ? long : text(' → ');
}

function named(value: number | undefined, classes: readonly string[] | undefined): string {
  if (value === undefined) return 'unknown';
  return classes === undefined ? (value === 1 ? 'yes' : 'no') : oneLine(classes[value] ?? '');
}
