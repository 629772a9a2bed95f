import type {NamedShape, Network, NetworkLayer} from './network.js';

/** A network in two: layers that do not learn, and the rest, which takes their result. */
type DividedNetwork<Weight extends NamedShape> = {
  readonly below: Network<Weight>;
  readonly above: Network<Weight>;
};

/** Divides a network above its frozen layers. @param frozen Their names; the last one is where it is divided. */
export function divideNetwork<Weight extends NamedShape>(
  network: Network<Weight>,
  frozen: ReadonlySet<string>,
): DividedNetwork<Weight> {
  const below = network.trunk.filter(({name}) => frozen.has(name));
  const {name: inputName, outputShape: inputShape} = below.at(-1) as NetworkLayer<Weight>;
  const trunk = network.trunk.filter(({name}) => !frozen.has(name));
  return {
    below: {...network, trunk: below, outputs: []},
    above: {...network, inputName, inputShape, trunk, takesFeatures: true},
  };
}
