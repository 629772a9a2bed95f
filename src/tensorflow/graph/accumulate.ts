import type {GraphBuilder, Value} from './builder.js';
import type {Variable} from './variables.js';

type Accumulation = {
  /** The variable with the sum of a weight's gradients, each times the images of its batch. */
  readonly sumOf: (weight: string) => Variable;
  /** uint8 [batch, heads] */
  readonly labels: Value;
  /** Scalar, fed: images of the group, with those of this batch. */
  readonly groupImages: Value;
};

type Accumulated = {
  /** The gradients of the mean loss over all images of the group. */
  readonly means: ReadonlyMap<string, Value>;
  /** Nodes that store the sums, for a batch that does not end its group. */
  readonly store: readonly string[];
  /** Nodes that set the sums to zero, for a batch that does. */
  readonly reset: readonly string[];
};

/**
 * Writes the gradients of several batches as that of one: losses are means over the images of a batch, so
 * each gradient counts as often as its batch has images. A smaller last batch or group counts correctly.
 */
export function accumulated(
  build: GraphBuilder,
  gradients: ReadonlyMap<string, Value>,
  {sumOf, labels, groupImages}: Accumulation,
): Accumulated {
  const shape = build.node('Shape', [labels], {T: {type: 'uint8'}, out_type: {type: 'int32'}});
  const images = build.cast(build.reduceImages(shape), 'int32', 'float32');
  const means = new Map<string, Value>();
  const store: string[] = [];
  const reset: string[] = [];
  const assign = (variable: Variable, value: Value): string =>
    build.node('AssignVariableOp', [variable.handle, value], {dtype: {type: 'float32'}}).node;
  for (const [name, gradient] of gradients) {
    const variable = sumOf(name);
    const sum = build.float('AddV2', [variable.value, build.float('Mul', [gradient, images])]);
    means.set(name, build.float('RealDiv', [sum, groupImages]));
    store.push(assign(variable, sum));
    reset.push(assign(variable, build.float('ZerosLike', [sum])));
  }
  return {means, store, reset};
}
