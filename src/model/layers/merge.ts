import * as z from 'zod';
import {UserError} from '../../util/user-error.js';
import {eachValue, layerKind, type Shape} from './layer-kind.js';

const noOptions = z.strictObject({});

/** The sum of several inputs of the same shape: where branches meet. */
export const add = layerKind({
  options: noOptions.describe('Sum of its inputs.'),
  className: 'Add',
  keras: {},
  ...eachValue,
  ownsOutput: true,
  outputShape: (_options, input, where, inputs) => {
    const texts = inputs.map(shapeText);
    if (texts.every(text => text === texts[0])) return input;
    throw new UserError(
      `${where}: branches are added that have different shapes. Expected the same; received ${texts.join(' and ')}.`,
      {
        hint: 'Use padding: same and the same filters and strides, or give the shortcut layers that fit.',
      },
    );
  },
});

/** Inputs side by side along the channels, which are all that may differ. */
export const concatenate = layerKind({
  options: noOptions.describe('Its inputs side by side, along the channels.'),
  className: 'Concatenate',
  keras: {},
  kerasConstants: {axis: -1},
  ...eachValue,
  ownsOutput: true,
  outputShape: (_options, input, where, inputs) => {
    const sides = input.slice(0, -1);
    const channels = inputs.reduce((sum, shape) => sum + (shape.at(-1) ?? 0), 0);
    if (inputs.every(shape => String(shape.slice(0, -1)) === String(sides)))
      return [...sides, channels];
    throw new UserError(
      `${where}: branches are put side by side that have different sizes. Expected the same height and width; received ${inputs.map(shapeText).join(' and ')}.`,
    );
  },
});

/** The product of inputs of the same shape, or of an image and a factor for each channel: [height, width, c] and [c]. */
export const multiply = layerKind({
  options: noOptions.describe('Product of its inputs, or each channel of an image times a factor.'),
  className: 'Multiply',
  keras: {},
  ...eachValue,
  ownsOutput: true,
  outputShape: (_options, input, where, inputs) => {
    if (inputs.every(shape => String(shape) === String(input)) || hasFactors(inputs)) return input;
    throw new UserError(
      `${where}: expected inputs of the same shape, or an image and a factor for each of its channels; received ${inputs.map(shapeText).join(' and ')}.`,
    );
  },
});

/** Whether inputs of a product are an image and a factor for each of its channels. */
export function hasFactors([image = [], factors = [], ...more]: readonly Shape[]): boolean {
  const isRow = factors.length === 1 && factors[0] === image[2];
  return image.length === 3 && isRow && more.length === 0;
}

function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
