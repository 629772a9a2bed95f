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
    const texts = inputs.map(shape => `[${shape.join(', ')}]`);
    if (texts.every(text => text === texts[0])) return input;
    throw new UserError(
      `${where}: branches are added that have different shapes. Expected the same; received ${texts.join(' and ')}.`,
      {
        hint: 'Use padding: same and the same filters and strides, or give the shortcut layers that fit.',
      },
    );
  },
});

/** The product of an image and a row of one factor for each channel: [height, width, c] and [c]. */
export const multiply = layerKind({
  options: noOptions.describe('Each channel of an image times a factor.'),
  className: 'Multiply',
  keras: {},
  ...eachValue,
  ownsOutput: true,
  outputShape: (_options, input, where, [, factors]) => {
    if (input.length === 3 && isRowOf(factors, input[2])) return input;
    throw new UserError(
      `${where}: expected an image and a factor for each of its channels; received [${input.join(', ')}] and [${(factors ?? []).join(', ')}].`,
    );
  },
});

function isRowOf(shape: Shape | undefined, length: number | undefined): boolean {
  return shape?.length === 1 && shape[0] === length;
}
