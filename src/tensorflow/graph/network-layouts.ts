import type {Network, NetworkLayer} from '../network.js';
import {UnknownLayer} from './layer-options.js';
import {sideBySide, wholeLayout, type Layout} from './layout.js';

/** The kernels and the biases of all heads. */
export const HEAD_WEIGHTS = ['all_heads/kernel', 'all_heads/bias'] as const;

/** The heads' weights lie side by side, so that all heads are one product. */
export function layoutsOf(network: Network): Layout[] {
  const trunk = network.layers.filter(({isOutput}) => !isOutput);
  const heads = network.layers.filter(({isOutput}) => isOutput);
  for (const head of heads) assertUsualHead(head, heads[0] as NetworkLayer);
  return [
    ...trunk.flatMap(({weights}) => weights.map(wholeLayout)),
    ...HEAD_WEIGHTS.map((name, place) =>
      sideBySide(
        name,
        heads.map(({weights}) => weights[place] as NetworkLayer['weights'][number]),
      ),
    ),
  ];
}

function assertUsualHead(head: NetworkLayer, first: NetworkLayer): void {
  if (head.type === 'Dense' && head.weights.length === 2 && head.input === first.input) return;
  throw new UnknownLayer(
    `the head ${head.name} is not a dense layer with a bias on the common trunk`,
  );
}
