import type {NamedShape, NamedTensor, Network} from './network.js';

/**
 * Divides the logits of each head by its temperature, in the weights of its output: whatever reads them
 * has calibrated probabilities.
 *
 * @param weights      All weights of the network.
 * @param temperatures One for each head, in the order of the network.
 */
export function withTemperatures(
  {outputs}: Network<NamedShape>,
  weights: readonly NamedTensor[],
  temperatures: readonly number[],
): NamedTensor[] {
  const divided = new Map<string, readonly number[]>();
  let first = 0;
  for (const {heads, kernel, bias} of outputs) {
    const ofOutput = temperatures.slice(first, first + heads.length);
    [kernel, bias].forEach(({name}) => divided.set(name, ofOutput));
    first += heads.length;
  }
  return weights.map(weight => {
    const byPair = divided.get(weight.name);
    if (byPair === undefined) return weight;
    const width = weight.shape.at(-1) as number;
    const values = weight.values.map(
      (value, at) => value / (byPair[Math.floor((at % width) / 2)] as number),
    );
    return {...weight, values};
  });
}
