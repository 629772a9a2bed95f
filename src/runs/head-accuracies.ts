import {ownValue} from '../util/own-value.js';
import type {RunState} from './run-state.js';

/** The latest validation accuracy of each head: of the kept weights, or of the last epoch so far. */
export function headAccuracies({models, heads}: RunState): readonly {
  readonly head: string;
  readonly accuracy: number;
}[] {
  return heads.map(head => {
    const model = models.find(({heads: own}) => own.includes(head));
    const metrics = model?.final?.validation ?? model?.history.at(-1)?.validation;
    return {head, accuracy: ownValue(metrics?.heads ?? {}, head)?.accuracy ?? Number.NaN};
  });
}
