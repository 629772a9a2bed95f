import * as z from 'zod';
import {kernelOptions, kernelWeights, layerKind, padding, sides} from './layer-kind.js';
import {bothSides, slide, windowField} from './windows.js';

const options = z
  .strictObject({
    filters: z.number().int().min(1).max(4096).describe('How many output channels.'),
    kernel: sides.default(3).describe('Edge of the kernel, or [height, width].'),
    stride: sides.default(1).describe('Distance between windows.'),
    dilation: sides.default(1).describe('Distance between the taps of a kernel.'),
    padding: padding.default('valid').describe('same keeps the size by padding the border.'),
    ...kernelOptions,
  })
  .describe('Two-dimensional convolution.');
export type Conv2dOptions = z.infer<typeof options>;

export const conv2d = layerKind({
  options,
  className: 'Conv2D',
  keras: {
    filters: 'filters',
    kernel: 'kernelSize',
    stride: 'strides',
    dilation: 'dilationRate',
    padding: 'padding',
    activation: 'activation',
    useBias: 'useBias',
  },
  kerasConstants: {dataFormat: 'channelsLast', groups: 1},
  input: 'image',
  output: 'like the input',
  ownsOutput: true,
  outputShape: (conv, input, where) => [
    ...slide(input, convolutionWindows(conv), where, 'kernel'),
    conv.filters,
  ],
  weights: ({kernel, filters, useBias}, input) =>
    kernelWeights([...bothSides(kernel), input[2] ?? 0, filters], useBias),
  receptiveField: conv => windowField(convolutionWindows(conv)),
});

/** Describes a 1x1 convolution that keeps the size of images with a stride of 1. */
export function pointwiseConvolution(
  filters: number,
  {stride = 1, useBias}: {stride?: number | [number, number]; useBias: boolean},
): Conv2dOptions {
  return {
    filters,
    kernel: 1,
    stride,
    dilation: 1,
    padding: 'same',
    activation: 'linear',
    useBias,
    initializer: 'glorotUniform',
  };
}

/** Returns what a dilated kernel spans, its stride and its padding. */
export function convolutionWindows({kernel, stride, dilation, padding: border}: Conv2dOptions) {
  const [height, width] = bothSides(kernel);
  const [rowStep, columnStep] = bothSides(dilation);
  return {
    window: [(height - 1) * rowStep + 1, (width - 1) * columnStep + 1] as const,
    stride: bothSides(stride),
    padding: border,
  };
}
