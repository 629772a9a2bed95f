import type {Network, NetworkVariable} from '../network.js';
import type {GraphBuilder, Value} from './builder.js';
import {concatenated, sliceColumns} from './columns.js';
import {headProducts, type HeadProduct} from './layout.js';
import {bias, product} from './ops/linear.js';
import {addAll} from './ops/merge.js';
import {chain} from './ops/operation.js';
import {forwardTrunk, type BackwardOperation} from './trunk.js';
import type {Variable} from './variables.js';

type Pass = {
  readonly build: GraphBuilder;
  readonly network: Network<NetworkVariable>;
  /** By the names of their layouts. */
  readonly weights: ReadonlyMap<string, Variable>;
  /** uint8 [batch, height, width, channels] */
  readonly images: Value;
  /** Scalar int32: steps taken. */
  readonly step: Value;
  readonly seed: number;
  readonly training: boolean;
};

type PassOperation = {
  readonly name: string;
  /** Names of the operations, or of the images, whose results it takes. */
  readonly inputs: readonly string[];
  readonly backward: BackwardOperation;
  /** Names of the weights that learn. */
  readonly weights: readonly string[];
};

type Forward = {
  /** [batch, columns of all heads] */
  readonly logits: Value;
  /** In the order of computation; the last are the heads. */
  readonly operations: readonly PassOperation[];
  /** Nodes that update moving averages, by the names of these weights. */
  readonly averages: ReadonlyMap<string, string>;
};

/** Writes the pass from the images to the logits of all heads. */
export function forwardPass(pass: Pass): Forward {
  const {build, network, weights, images} = pass;
  const variable = (name: string): Variable => weights.get(name) as Variable;
  const averages = new Map<string, string>();
  const {outputOf, operations} = forwardTrunk(
    {
      ...pass,
      weightsOf: layer => layer.weights.map(({name}) => variable(name).value),
      onAverage: (layer, place, batchValue, momentum) => {
        const name = layer.weights[place]?.name ?? '';
        averages.set(name, movingAverage(build, variable(name), batchValue, momentum));
      },
    },
    images,
    network,
  );
  const trunk = operations.map(({layer, ...operation}) => ({
    ...operation,
    weights: layer.weights.filter(({trainable}) => trainable).map(weight => weight.name),
  }));
  const heads = headProducts(network.outputs).map(part => {
    const [kernel, shift] = part.weights.map(name => variable(name).value) as [Value, Value];
    const multiplied = product(build, outputOf(part.input), kernel);
    build.keepExact(multiplied.result);
    return {part, operation: chain(multiplied, input => bias(build, input, shift))};
  });
  const outputs = heads.map(({part, operation}): PassOperation => ({
    name: part.weights[0],
    inputs: [part.input],
    backward: (gradient, [needsInput = false]) => {
      const gradients = operation.backward(gradient, needsInput);
      return {inputs: [gradients.input], weights: gradients.weights};
    },
    weights: part.weights,
  }));
  const logits = concatenated(
    build,
    heads.map(({operation}) => operation.result),
    1,
  );
  const joined =
    outputs.length > 1
      ? [
          sideBySide(
            build,
            heads.map(({part}) => part),
          ),
        ]
      : [];
  return {logits, operations: [...trunk, ...outputs, ...joined], averages};
}

/** The logits of several products side by side: each gets its columns of the gradient. */
function sideBySide(build: GraphBuilder, products: readonly HeadProduct[]): PassOperation {
  const widths = products.map(({outputs}) => sum(outputs.flatMap(({columns}) => columns)));
  return {
    name: 'heads of the network',
    inputs: products.map(({weights}) => weights[0]),
    backward: gradient => ({
      inputs: widths.map((width, index) =>
        sliceColumns(build, gradient, sum(widths.slice(0, index)), width, 'float32'),
      ),
      weights: [],
    }),
    weights: [],
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/**
 * Writes the gradient of the loss by each weight, last layer first, as far as something learns. Gradients
 * that come from several layers are added up.
 *
 * @param belowHeads The gradient by the logits for the weights below the heads, which are one product.
 */
export function backwardPass(
  build: GraphBuilder,
  {operations}: Forward,
  byLogits: Value,
  belowHeads = byLogits,
): Map<string, Value> {
  const gradients = new Map<string, Value>();
  const learning = new Set<string>();
  for (const {name, inputs, weights} of operations)
    if (weights.length > 0 || inputs.some(input => learning.has(input))) learning.add(name);
  const flowing = new Map<string, Value[]>([[operations.at(-1)?.name ?? '', [byLogits]]]);
  for (const {name, inputs, backward, weights} of operations.toReversed()) {
    const parts = flowing.get(name);
    if (!learning.has(name) || parts === undefined) continue;
    const needed = inputs.map(input => learning.has(input));
    const gradient = addAll(build, parts);
    const back = backward(gradient, needed);
    const {inputs: below} =
      gradient === byLogits && belowHeads !== byLogits ? backward(belowHeads, needed) : back;
    weights.forEach((weight, place) => gradients.set(weight, back.weights[place] as Value));
    inputs.forEach((input, place) => {
      const part = below[place];
      if (part !== undefined && needed[place] === true)
        flowing.set(input, [...(flowing.get(input) ?? []), part]);
    });
  }
  return gradients;
}

/** Writes average - (average - batch) (1 - momentum). Returns the node. */
function movingAverage(
  build: GraphBuilder,
  average: Variable,
  batchValue: Value,
  momentum: number,
): string {
  const distance = build.float('Sub', [average.value, batchValue]);
  const change = build.float('Mul', [distance, build.constant(1 - momentum)]);
  return build.node('AssignSubVariableOp', [average.handle, change], {dtype: {type: 'float32'}})
    .node;
}
