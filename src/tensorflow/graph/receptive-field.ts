import type {LayerSpec} from '../network.js';
import {convolutionOf, poolingOf} from './layer-options.js';
import type {Sides} from './ops/operation.js';

/** What of the images, and of each layer's result, anything below depends on. */
type ReceptiveField = {
  /** [height, width, channels], the upper left part of the images. */
  readonly input: readonly number[];
  /** Shape of each layer's result, without the batch. */
  readonly outputs: readonly (readonly number[])[];
};

export type ShapedLayer<L extends LayerSpec = LayerSpec> = {
  readonly spec: L;
  /** Without the batch. */
  readonly outputShape: readonly number[];
};

/**
 * Windows that would reach over the right or lower edge are left out by valid padding, and with
 * them the last columns and rows: a pooling by 2 of 57 columns never looks at the last. What no
 * window looks at need not be computed, nor what only that depends on. In the tutorial's network,
 * three poolings leave 70x54 of 72x59 pixels, and a tenth of the work away; results and gradients
 * are the same.
 *
 * @param inputShape [height, width, channels]
 * @param layers     The trunk, in order, with the shapes that the whole image gives.
 */
export function receptiveField(
  inputShape: readonly number[],
  layers: readonly ShapedLayer[],
): ReceptiveField {
  const inputShapes = [inputShape, ...layers.map(({outputShape}) => outputShape)];
  let needed: readonly number[] = inputShapes.at(-1) as readonly number[];
  for (let index = layers.length - 1; index >= 0; index--) {
    const {spec} = layers[index] as ShapedLayer;
    const whole = inputShapes[index] as readonly number[];
    needed = neededInput(spec, whole, needed);
  }
  let shape = needed;
  const outputs = layers.map(({spec, outputShape}) => (shape = outputOf(spec, shape, outputShape)));
  return {input: needed, outputs};
}

/** The part of a layer's input that this much of its result depends on. */
function neededInput(
  spec: LayerSpec,
  whole: readonly number[],
  output: readonly number[],
): readonly number[] {
  const sight = receptiveFieldOf(spec);
  if (sight === 'everything') return whole;
  if (sight === 'each value') return output;
  const reach = (axis: 0 | 1): number =>
    ((output[axis] as number) - 1) * sight.stride[axis] + sight.window[axis];
  return [reach(0), reach(1), whole[2] as number];
}

function outputOf(
  spec: LayerSpec,
  input: readonly number[],
  whole: readonly number[],
): readonly number[] {
  const sight = receptiveFieldOf(spec);
  if (sight === 'everything') return whole;
  if (sight === 'each value') return input;
  const windows = (axis: 0 | 1): number =>
    Math.floor(((input[axis] as number) - sight.window[axis]) / sight.stride[axis]) + 1;
  return [windows(0), windows(1), whole[2] as number];
}

type Windows = {readonly window: Sides; readonly stride: Sides};

/** What a layer looks at for a value of its result; edges and statistics are seen by the whole. */
function receptiveFieldOf(spec: LayerSpec): Windows | 'each value' | 'everything' {
  switch (spec.type) {
    case 'Conv2D': {
      const {kernelShape, stride, dilation, padding} = convolutionOf(spec, []);
      if (padding === 'same') return 'everything';
      const window = (axis: 0 | 1): number => ((kernelShape[axis] ?? 1) - 1) * dilation[axis] + 1;
      return {window: [window(0), window(1)], stride};
    }
    case 'MaxPooling2D':
    case 'AveragePooling2D': {
      const {size, stride, padding} = poolingOf(spec);
      return padding === 'same' ? 'everything' : {window: size, stride};
    }
    case 'Activation':
    case 'Dropout':
      return 'each value';
    default:
      return 'everything';
  }
}
