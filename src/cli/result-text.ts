import type {RunRecord} from '../runs/run-record.js';
import {fraction, oneLine} from '../util/format.js';
import {ownValue} from '../util/own-value.js';

/**
 * `completed Male 0.885 Smiling 0.860`: the status and the validation accuracy of each head; of a model
 * that did not come to its end, those of its last epoch.
 *
 * @param reasonCharacters How much of the reason is said why a run failed.
 */
export function resultText({state, status}: RunRecord, reasonCharacters = 0): string {
  if (status === 'failed' && state.failure !== undefined && reasonCharacters > 0)
    return `failed: ${shortened(oneLine(state.failure.message), reasonCharacters)}`;
  const heads = state.models.flatMap(({heads: names, final, history}) => {
    const validation = (final ?? history.at(-1))?.validation;
    return validation === undefined
      ? []
      : names.map(
          head => `${head} ${fraction(ownValue(validation.heads, head)?.accuracy ?? NaN, 3)}`,
        );
  });
  const shown = heads.length > 4 ? [...heads.slice(0, 4), '…'] : heads;
  return [status, ...shown].join(' ');
}

function shortened(text: string, characters: number): string {
  return text.length > characters ? `${text.slice(0, characters - 1)}…` : text;
}
