import type {NamedShape, NamedTensor, Network} from './network.js';

/** Makes each head an output under its own name; splits a vector into the columns of its heads. */
export function separateHeads(network: Network): Network {
  const outputs = network.outputs.flatMap(({input, heads, columns, kernel, bias}) =>
    heads.map((head, index) => ({
      input,
      name: head,
      heads: [head],
      columns: columns.slice(index, index + 1),
      kernel: heads.length === 1 ? kernel : columnsOfHead(kernel, columns, index),
      bias: heads.length === 1 ? bias : columnsOfHead(bias, columns, index),
    })),
  );
  return {...network, outputs};
}

/**
 * Takes the columns of one head out of a vector's weights, whose last axis has those of all.
 *
 * @param columns Number of columns of each head.
 */
export function columnsOfHead(
  {name, shape, values}: NamedTensor,
  columns: readonly number[],
  head: number,
): NamedTensor {
  const owners = headsOfColumns(columns);
  return {
    name: `${name}/${head}`,
    shape: [...shape.slice(0, -1), columns[head]!],
    values: values.filter((_, at) => owners[at % owners.length] === head),
  };
}

/** For each column of a vector, the index of its head. */
export function headsOfColumns(columns: readonly number[]): number[] {
  return columns.flatMap((count, head) => new Array<number>(count).fill(head));
}

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
  for (const {heads, columns, kernel, bias} of outputs) {
    const ofHeads = temperatures.slice(first, first + heads.length);
    const byColumn = headsOfColumns(columns).map(head => ofHeads[head]!);
    [kernel, bias].forEach(({name}) => divided.set(name, byColumn));
    first += heads.length;
  }
  return weights.map(weight => {
    const byColumn = divided.get(weight.name);
    if (byColumn === undefined) return weight;
    const values = weight.values.map((value, at) => value / byColumn[at % byColumn.length]!);
    return {...weight, values};
  });
}
