import * as z from 'zod';
import {depthwiseKernel, depthwiseWindows, windowOptions} from './depthwise-conv2d.js';
import {kernelOptions, layerKind} from './layer-kind.js';
import {slide, windowField} from './windows.js';

export const separableConv2d = layerKind({
  options: z
    .strictObject({
      filters: z.number().int().min(1).max(4096).describe('How many output channels.'),
      ...windowOptions,
      ...kernelOptions,
    })
    .describe('Convolution of each channel by itself, then a 1x1 convolution over all channels.'),
  className: 'SeparableConv2D',
  keras: {
    filters: 'filters',
    kernel: 'kernelSize',
    stride: 'strides',
    padding: 'padding',
    activation: 'activation',
    useBias: 'useBias',
  },
  // tfjs forgets another multiplier when it writes a model.
  kerasConstants: {dataFormat: 'channelsLast', dilationRate: 1, depthMultiplier: 1},
  initializerKeys: ['depthwiseInitializer', 'pointwiseInitializer'],
  input: 'image',
  output: 'like the input',
  ownsOutput: true,
  outputShape: (conv, input, where) => [
    ...slide(input, depthwiseWindows(conv), where, 'kernel'),
    conv.filters,
  ],
  weights: (conv, input) => [
    depthwiseKernel({...conv, multiplier: 1}, input),
    {
      name: 'pointwise_kernel',
      shape: [1, 1, input[2] ?? 0, conv.filters],
      trainable: true,
    },
    ...(conv.useBias ? [{name: 'bias', shape: [conv.filters], trainable: true}] : []),
  ],
  receptiveField: conv => windowField(depthwiseWindows(conv)),
});
