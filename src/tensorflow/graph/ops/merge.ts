import type {GraphBuilder, Value} from '../builder.js';

/** An operation with several inputs. */
export type MergeOperation = {
  readonly result: Value;
  /** Gradients by each of the inputs. */
  readonly backward: (gradient: Value) => readonly Value[];
};

/** y = the sum of the inputs. By each of them: the gradient itself. */
export function sum(build: GraphBuilder, inputs: readonly Value[]): MergeOperation {
  return {result: addAll(build, inputs), backward: gradient => inputs.map(() => gradient)};
}

/** Adds up values of the same shape. */
export function addAll(build: GraphBuilder, values: readonly Value[]): Value {
  const [only] = values;
  if (only === undefined) throw new Error('There is nothing to add up.');
  return values.length === 1 ? only : build.float('AddN', values, {N: {int: values.length}});
}

/**
 * y = x f, with a factor for each channel of an image. By x: g f; by f: the sum of g x over the pixels.
 *
 * @param image   [batch, height, width, channels]
 * @param factors [batch, channels]
 */
export function scaleChannels(
  build: GraphBuilder,
  image: Value,
  factors: Value,
  channels: number,
): MergeOperation {
  const byPixel = build.reshape(factors, [-1, 1, 1, channels]);
  return {
    result: build.float('Mul', [image, byPixel]),
    backward: gradient => [
      build.float('Mul', [gradient, byPixel]),
      build.reduce('Sum', build.float('Mul', [gradient, image]), [1, 2]),
    ],
  };
}
