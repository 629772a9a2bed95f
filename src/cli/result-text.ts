import {headAccuracies} from '../runs/head-accuracies.js';
import type {RunRecord} from '../runs/run-record.js';
import {isFailed, statusText} from '../runs/status.js';
import {fraction, oneLine} from '../util/format.js';

/**
 * `completed Male 0.885 Smiling 0.860`: the status and the validation accuracy of each head; of a model
 * that did not come to its end, those of its last epoch.
 *
 * @param reasonCharacters How much of the reason is said why a run failed.
 */
export function resultText({state, status}: RunRecord, reasonCharacters = 0): string {
  if (isFailed(status) && state.failure !== undefined && reasonCharacters > 0)
    return `${status}: ${shortened(oneLine(state.failure.message), reasonCharacters)}`;
  const heads = headAccuracies(state)
    .filter(({accuracy}) => Number.isFinite(accuracy))
    .map(({head, accuracy}) => `${head} ${fraction(accuracy, 3)}`);
  const shown = heads.length > 4 ? [...heads.slice(0, 4), '…'] : heads;
  return [statusText(status), ...shown].join(' ');
}

function shortened(text: string, characters: number): string {
  return text.length > characters ? `${text.slice(0, characters - 1)}…` : text;
}
