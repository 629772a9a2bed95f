import type {GraphBuilder, Value} from '../builder.js';
import {concatenated} from '../columns.js';

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

/** y = the product of the inputs. By each of them: the gradient times the others. */
export function productOf(build: GraphBuilder, inputs: readonly Value[]): MergeOperation {
  const times = (values: readonly Value[]): Value =>
    values.reduce((a, b) => build.float('Mul', [a, b]));
  return {
    result: times(inputs),
    backward: gradient => inputs.map((_, at) => times([gradient, ...inputs.toSpliced(at, 1)])),
  };
}

/**
 * y = the inputs side by side along the channels. By each of them: its channels of the gradient.
 *
 * @param channels Those of each input.
 * @param axis     That of the channels: 3 of images, 1 of rows.
 */
export function sideBySide(
  build: GraphBuilder,
  inputs: readonly Value[],
  channels: readonly number[],
  axis: number,
): MergeOperation {
  return {
    result: concatenated(build, inputs, axis),
    backward: gradient =>
      channels.map((count, at) => {
        const from = channels.slice(0, at).reduce((total, before) => total + before, 0);
        const whole = Array.from({length: axis}, () => 0);
        const begin = build.constant([...whole, from], 'int32');
        const size = build.constant([...whole.map(() => -1), count], 'int32');
        return build.float('Slice', [gradient, begin, size], {Index: {type: 'int32'}});
      }),
  };
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
