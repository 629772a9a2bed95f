import * as z from 'zod';
import {padding, sides, type LayerKindDescription} from './layer-kind.js';
import {bothSides, slide, windowField, type Windows} from './windows.js';

const poolingOptions = z.strictObject({
  size: sides.default(2).describe('Edge of the window, or [height, width].'),
  stride: sides.optional().describe('Distance between windows; default: the size.'),
  padding: padding.default('valid').describe('same keeps the border by padding it.'),
});
type PoolingOptions = z.infer<typeof poolingOptions>;

/** Returns window, stride and padding of a pooling. */
export function poolingWindows({size, stride, padding: border}: PoolingOptions): Windows {
  return {window: bothSides(size), stride: bothSides(stride ?? size), padding: border};
}

/** Describes a layer that makes one value of each window and channel. */
function pooling(className: string, text: string): LayerKindDescription<PoolingOptions> {
  return {
    options: poolingOptions.describe(text),
    className,
    keras: {size: 'poolSize', stride: 'strides', padding: 'padding'},
    kerasConstants: {dataFormat: 'channelsLast'},
    input: 'image',
    output: 'like the input',
    ownsOutput: true,
    outputShape: (options, input, where) => [
      ...slide(input, poolingWindows(options), where, 'window'),
      input[2] ?? 0,
    ],
    weights: () => [],
    receptiveField: options => windowField(poolingWindows(options)),
  };
}

export const maxPooling2d = pooling('MaxPooling2D', 'Largest value of each window.');
export const averagePooling2d = pooling('AveragePooling2D', 'Mean of each window.');
