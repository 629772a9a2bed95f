import type {RunRecord} from '../runs/run-record.js';
import {fraction} from '../util/format.js';

/**
 * `completed Male 0.885 Smiling 0.860`: the status and the validation accuracy of each head; of a model
 * that did not come to its end, those of its last epoch.
 */
export function resultText({state, status}: RunRecord): string {
  const heads = state.models.flatMap(({heads: names, final, history}) => {
    const validation = (final ?? history.at(-1))?.validation;
    return validation === undefined
      ? []
      : names.map(head => `${head} ${fraction(validation.heads[head]?.accuracy ?? NaN, 3)}`);
  });
  const shown = heads.length > 4 ? [...heads.slice(0, 4), '…'] : heads;
  return [status, ...shown].join(' ');
}
