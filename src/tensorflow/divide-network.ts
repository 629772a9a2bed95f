import type {NamedShape, Network, NetworkLayer} from './network.js';

/** A network in two: layers that do not learn, and the rest, which takes their result. */
type DividedNetwork<Weight extends NamedShape> = {
  readonly below: Network<Weight>;
  readonly above: Network<Weight>;
};

/**
 * Divides a network as far above the images as possible: all that is below is frozen, and one layer's output
 * is all that is used of it. Undefined where there is nothing below.
 */
export function divideNetwork<Weight extends NamedShape>(
  network: Network<Weight>,
): DividedNetwork<Weight> | undefined {
  const {trunk, outputs} = network;
  const learning = trunk.findIndex(({isFrozen}) => isFrozen !== true);
  const frozen = learning === -1 ? trunk.length : learning;
  for (let count = frozen; count > 0; count--) {
    const below = trunk.slice(0, count);
    const above = trunk.slice(count);
    const {name: inputName, outputShape: inputShape} = below.at(-1) as NetworkLayer<Weight>;
    const inside = new Set(above.map(({name}) => name));
    const taken = [...above.flatMap(({inputs}) => inputs), ...outputs.map(({input}) => input)];
    if (!taken.every(name => name === inputName || inside.has(name))) continue;
    return {
      below: {...network, trunk: below, outputs: []},
      above: {...network, inputName, inputShape, trunk: above, takesFeatures: true},
    };
  }
  return undefined;
}
