import * as z from 'zod';
import {
  kernelOptions,
  layerKind,
  padding,
  sides,
  type Shape,
  type WeightSpec,
} from './layer-kind.js';
import {bothSides, slide, windowField, type Windows} from './windows.js';

/** Options of the part of a layer that convolves each channel by itself. */
export const windowOptions = {
  kernel: sides.default(3).describe('Edge of the kernel, or [height, width].'),
  // TensorFlow, and so Keras, has one stride for both directions.
  stride: sides
    .default(1)
    .refine(
      stride => typeof stride === 'number' || stride[0] === stride[1],
      'the same stride in both directions',
    )
    .describe('Distance between windows.'),
  padding: padding.default('valid').describe('same keeps the size by padding the border.'),
};

const options = z
  .strictObject({
    multiplier: z
      .number()
      .int()
      .min(1)
      .max(64)
      .default(1)
      .describe('Output channels of each input channel.'),
    ...windowOptions,
    ...kernelOptions,
  })
  .describe('Convolution of each channel by itself.');

type DepthwiseOptions = z.infer<typeof options>;
type WindowOptions = Pick<DepthwiseOptions, 'kernel' | 'stride' | 'padding'>;

export const depthwiseConv2d = layerKind({
  options,
  className: 'DepthwiseConv2D',
  keras: {
    kernel: 'kernelSize',
    stride: 'strides',
    multiplier: 'depthMultiplier',
    padding: 'padding',
    activation: 'activation',
    useBias: 'useBias',
  },
  kerasConstants: {dataFormat: 'channelsLast', dilationRate: 1},
  initializerKeys: ['depthwiseInitializer'],
  input: 'image',
  output: 'like the input',
  ownsOutput: true,
  outputShape: (conv, input, where) => [
    ...slide(input, depthwiseWindows(conv), where, 'kernel'),
    (input[2] ?? 0) * conv.multiplier,
  ],
  weights: (conv, input) => [
    depthwiseKernel(conv, input),
    ...(conv.useBias
      ? [{name: 'bias', shape: [(input[2] ?? 0) * conv.multiplier], trainable: true}]
      : []),
  ],
  receptiveField: conv => windowField(depthwiseWindows(conv)),
});

/** Returns kernel, stride and padding. */
export function depthwiseWindows({kernel, stride, padding: border}: WindowOptions): Windows {
  return {window: bothSides(kernel), stride: bothSides(stride), padding: border};
}

/** Describes the kernel [height, width, channels, multiplier]. */
export function depthwiseKernel(
  {kernel, multiplier}: Pick<DepthwiseOptions, 'kernel' | 'multiplier'>,
  input: Shape,
): WeightSpec {
  const shape = [...bothSides(kernel), input[2] ?? 0, multiplier];
  return {name: 'depthwise_kernel', shape, trainable: true};
}
