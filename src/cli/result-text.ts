import type {RunRecord} from '../runs/run-record.js';
import {fraction} from '../util/format.js';

/** `completed Male 0.885 Smiling 0.860`: the status and the validation accuracy of each head. */
export function resultText({state, status}: RunRecord): string {
  const heads = state.models.flatMap(({heads: names, final}) =>
    final === undefined
      ? []
      : names.map(head => `${head} ${fraction(final.validation.heads[head]?.accuracy ?? NaN, 3)}`),
  );
  const shown = heads.length > 4 ? [...heads.slice(0, 4), '…'] : heads;
  return [status, ...shown].join(' ');
}
