import type {Network, NetworkVariable} from '../network.js';
import type {GraphBuilder, Value} from './builder.js';
import {HEAD_WEIGHTS} from './layout.js';
import {bias, product} from './ops/linear.js';
import {chain, type Operation} from './ops/operation.js';
import {forwardTrunk} from './trunk.js';
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

type Forward = {
  /** [batch, 2 * heads] */
  readonly logits: Value;
  /** In the order of computation, with the names of the weights that learn. */
  readonly operations: readonly {
    readonly operation: Operation;
    readonly weights: readonly string[];
  }[];
  /** Nodes that update moving averages, by the names of these weights. */
  readonly averages: ReadonlyMap<string, string>;
};

/** Writes the pass from the images to the logits of all heads. */
export function forwardPass(pass: Pass): Forward {
  const {build, network, weights, images} = pass;
  const variable = (name: string): Variable => weights.get(name) as Variable;
  const averages = new Map<string, string>();
  const {features, operations} = forwardTrunk(
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
  const [kernel, shift] = HEAD_WEIGHTS;
  const multiplied = product(build, features, variable(kernel).value);
  build.keepExact(multiplied.result);
  const heads = chain(multiplied, input => bias(build, input, variable(shift).value));
  const learning = operations.map(({layer, operation}) => ({
    operation,
    weights: layer.weights.filter(({trainable}) => trainable).map(({name}) => name),
  }));
  return {
    logits: heads.result,
    operations: [...learning, {operation: heads, weights: HEAD_WEIGHTS}],
    averages,
  };
}

/** Writes the gradient of the loss by each weight, last layer first, up to the first that learns. */
export function backwardPass({operations}: Forward, byLogits: Value): Map<string, Value> {
  const gradients = new Map<string, Value>();
  const firstLearning = operations.findIndex(({weights}) => weights.length > 0);
  let flowing = byLogits;
  for (let index = operations.length - 1; index >= firstLearning; index--) {
    const {operation, weights} = operations[index] as Forward['operations'][number];
    const back = operation.backward(flowing, index > firstLearning);
    weights.forEach((name, place) => gradients.set(name, back.weights[place] as Value));
    if (back.input !== undefined) flowing = back.input;
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
