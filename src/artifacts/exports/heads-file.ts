import {BINARY, isMultiClass} from '../../experiment/classes.js';
import {decisionOf} from '../../experiment/decision.js';
import type {WholeModel} from '../layers-model.js';

/** The file beside a model whose format has no place for this. */
const HEADS_FILE = 'heads.json';

/**
 * Describes the heads of an exported model: a head is predicted where its probability of 1 is above its
 * threshold; its logits are already divided by its temperature. A sigmoid gives that probability alone. Of more than two classes, the most
 * probable one is predicted.
 */
export function headsFile({
  plan,
  decisions,
}: Pick<WholeModel, 'plan' | 'decisions'>): Record<string, string> {
  const heads = plan.heads.map((head, at): [string, object] => {
    const classes = plan.classes?.[at] ?? BINARY;
    const decision = {
      ...decisionOf(decisions, head),
      ...(plan.activation && {output: plan.activation}),
    };
    if (isMultiClass(classes.length)) return [head, {classes}];
    return [head, classes === BINARY ? decision : {...decision, classes}];
  });
  const text = JSON.stringify({version: 1, heads: Object.fromEntries(heads)}, null, 2);
  return {[HEADS_FILE]: `${text}\n`};
}
