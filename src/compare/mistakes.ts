import type {Prediction} from './predictions.js';

/** Whether the label is known and another was predicted. */
export function isMistake({label, predicted}: Pick<Prediction, 'label' | 'predicted'>): boolean {
  return label !== undefined && label !== predicted;
}
