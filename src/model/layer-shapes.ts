import {bothSides, type LayerDefinition, type Padding} from '../experiment/layers.js';
import {UserError} from '../util/user-error.js';
import {assertNever} from '../util/assert-never.js';

/** Shape of one image's values: [height, width, channels], or [units]. */
export type Shape = readonly number[];

type LayerSize = {
  readonly output: Shape;
  /** Numbers that training changes. */
  readonly trainable: number;
  /** Numbers that are kept but not trained, such as moving averages. */
  readonly fixed: number;
};

/**
 * Output shape and parameter counts of one layer.
 *
 * @param where Names the layer in messages.
 * @throws UserError where the layer does not fit its input.
 */
export function layerSize(layer: LayerDefinition, input: Shape, where: string): LayerSize {
  switch (layer.kind) {
    case 'conv2d': {
      const {filters, kernel, stride, dilation, padding, useBias} = layer.options;
      const [height, width, channels] = requireImage(input, where);
      const [kernelHeight, kernelWidth] = bothSides(kernel);
      const [dilationHeight, dilationWidth] = bothSides(dilation);
      const window = [
        (kernelHeight - 1) * dilationHeight + 1,
        (kernelWidth - 1) * dilationWidth + 1,
      ] as const;
      const sides = slide([height, width], window, bothSides(stride), padding, where, 'kernel');
      const weights = kernelHeight * kernelWidth * channels * filters;
      return trained([...sides, filters], weights + (useBias ? filters : 0));
    }
    case 'maxPooling2d':
    case 'averagePooling2d': {
      const {size, stride, padding} = layer.options;
      const [height, width, channels] = requireImage(input, where);
      const sides = slide(
        [height, width],
        bothSides(size),
        bothSides(stride ?? size),
        padding,
        where,
        'window',
      );
      return trained([...sides, channels], 0);
    }
    case 'globalAveragePooling2d':
      return trained([requireImage(input, where)[2]], 0);
    case 'flatten':
      return trained([input.reduce((product, side) => product * side, 1)], 0);
    case 'dense': {
      const {units, useBias} = layer.options;
      if (input.length !== 1) {
        throw new UserError(
          `${where}: a dense layer takes one row of values. Expected one dimension; received [${input.join(', ')}].`,
          {
            hint: 'Put flatten: {} or globalAveragePooling2d: {} above it.',
          },
        );
      }
      return trained([units], (input[0] ?? 0) * units + (useBias ? units : 0));
    }
    case 'batchNormalization': {
      const channels = input.at(-1) ?? 0;
      return {output: input, trainable: 2 * channels, fixed: 2 * channels};
    }
    case 'dropout':
    case 'activation':
      return trained(input, 0);
    default:
      return assertNever(layer);
  }
}

function trained(output: Shape, trainable: number): LayerSize {
  return {output, trainable, fixed: 0};
}

function requireImage(input: Shape, where: string): readonly [number, number, number] {
  const [height, width, channels] = input;
  if (input.length === 3 && height !== undefined && width !== undefined && channels !== undefined) {
    return [height, width, channels];
  }
  throw new UserError(
    `${where}: takes an image. Expected [height, width, channels]; received [${input.join(', ')}].`,
    {
      hint: 'Move it above flatten or globalAveragePooling2d.',
    },
  );
}

/** How often a window fits along each side. */
function slide(
  input: readonly [number, number],
  window: readonly [number, number],
  stride: readonly [number, number],
  padding: Padding,
  where: string,
  noun: string,
): readonly [number, number] {
  const along = (axis: 0 | 1): number =>
    padding === 'same'
      ? Math.ceil(input[axis] / stride[axis])
      : Math.floor((input[axis] - window[axis]) / stride[axis]) + 1;
  const output = [along(0), along(1)] as const;
  if (output[0] >= 1 && output[1] >= 1) return output;
  throw new UserError(
    `${where}: a ${window[0]}x${window[1]} ${noun} does not fit its input. ` +
      `Expected at most ${input[0]}x${input[1]}; received ${window[0]}x${window[1]}.`,
    {
      hint: 'Use larger images (a smaller data.image.scale), padding: same, or fewer pooling layers above it.',
    },
  );
}
