import {decisionOf} from '../../experiment/decision.js';
import type {WholeModel} from '../layers-model.js';

/** The file beside a model whose format has no place for this. */
const HEADS_FILE = 'heads.json';

/**
 * Describes the heads of an exported model: a head is predicted where its probability of 1 is above its
 * threshold; its logits are already divided by its temperature.
 */
export function headsFile({
  plan,
  decisions,
}: Pick<WholeModel, 'plan' | 'decisions'>): Record<string, string> {
  const heads = plan.heads.map(head => [head, decisionOf(decisions, head)] as const);
  const text = JSON.stringify({version: 1, heads: Object.fromEntries(heads)}, null, 2);
  return {[HEADS_FILE]: `${text}\n`};
}
