import {z} from 'zod';

/** One number for both directions, or [height, width]. */
const side = z.number().int().min(1).max(512);
const sides = z.union([side, z.tuple([side, side])]);

const padding = z.enum(['valid', 'same']);
const activation = z.enum([
  'linear',
  'relu',
  'relu6',
  'elu',
  'selu',
  'sigmoid',
  'hardSigmoid',
  'softplus',
  'softsign',
  'tanh',
  'swish',
  'gelu',
]);
/** What can be applied to the result of a layer. */
export const activationNames = activation.options;

const initializer = z.enum([
  'glorotUniform',
  'glorotNormal',
  'heUniform',
  'heNormal',
  'leCunUniform',
  'leCunNormal',
  'zeros',
  'ones',
]);

const kernelOptions = {
  activation: activation
    .default('linear')
    .describe('What is applied to the result; hardSigmoid is that of Keras 2 and tfjs.'),
  useBias: z.boolean().default(true).describe('Add a learned number to each output.'),
  initializer: initializer
    .default('glorotUniform')
    .describe('How the weights start, as in Keras 3; seeded.'),
};

const poolOptions = {
  size: sides.default(2).describe('Edge of the window, or [height, width].'),
  stride: sides.optional().describe('Distance between windows; the size where it is not given.'),
  padding: padding.default('valid').describe('same keeps the border by padding it.'),
};

/** The layers that a trunk may have, by name, with their options. */
export const layerOptions = {
  conv2d: z
    .strictObject({
      filters: z.number().int().min(1).max(4096).describe('How many output channels.'),
      kernel: sides.default(3).describe('Edge of the kernel, or [height, width].'),
      stride: sides.default(1).describe('Distance between windows.'),
      dilation: sides.default(1).describe('Distance between the taps of a kernel.'),
      padding: padding.default('valid').describe('same keeps the size by padding the border.'),
      ...kernelOptions,
    })
    .describe('Two-dimensional convolution.'),
  maxPooling2d: z.strictObject(poolOptions).describe('Largest value of each window.'),
  averagePooling2d: z.strictObject(poolOptions).describe('Mean of each window.'),
  globalAveragePooling2d: z.strictObject({}).describe('Mean of each channel.'),
  flatten: z.strictObject({}).describe('Everything in one row.'),
  dense: z
    .strictObject({
      units: z.number().int().min(1).max(65536).describe('How many outputs.'),
      ...kernelOptions,
    })
    .describe('Every output from every input.'),
  dropout: z
    .strictObject({
      rate: z.number().min(0).max(0.95).describe('Share of the values set to zero in training.'),
    })
    .describe('Sets random values to zero while training; seeded, another mask each step.'),
  batchNormalization: z
    .strictObject({
      momentum: z.number().min(0).max(1).default(0.99).describe('Of the moving averages.'),
      epsilon: z.number().min(1e-8).max(1).default(0.001).describe('Added to the variance.'),
    })
    .describe('Mean 0 and variance 1 for each channel, then a learned scale and shift.'),
  activation: z
    .strictObject({function: activation.describe('Which.')})
    .describe('A function alone.'),
} as const;

export type LayerKind = keyof typeof layerOptions;
const layerKinds = Object.keys(layerOptions) as LayerKind[];

/** A layer as it is written: one key, the kind, with its options. */
export const LayerEntry = z
  .strictObject({
    conv2d: layerOptions.conv2d.optional(),
    maxPooling2d: layerOptions.maxPooling2d.optional(),
    averagePooling2d: layerOptions.averagePooling2d.optional(),
    globalAveragePooling2d: layerOptions.globalAveragePooling2d.optional(),
    flatten: layerOptions.flatten.optional(),
    dense: layerOptions.dense.optional(),
    dropout: layerOptions.dropout.optional(),
    batchNormalization: layerOptions.batchNormalization.optional(),
    activation: layerOptions.activation.optional(),
  })
  .refine(entry => Object.keys(entry).length === 1, {
    message: `exactly one of ${layerKinds.join(', ')}`,
  });
export type LayerEntry = z.infer<typeof LayerEntry>;

/** The same layer as a closed union, for a switch over its kind. */
export type LayerDefinition = {
  [K in LayerKind]: {readonly kind: K; readonly options: z.infer<(typeof layerOptions)[K]>};
}[LayerKind];

/** Reads a validated entry as a member of the closed union. */
export function layerDefinition(entry: LayerEntry): LayerDefinition {
  const kind = layerKinds.find(name => entry[name] !== undefined);
  if (kind === undefined) throw new Error('A validated layer entry has a kind.');
  return {kind, options: entry[kind]} as LayerDefinition;
}

/** [height, width] of an option that may be one number for both. */
export function bothSides(value: number | readonly [number, number]): readonly [number, number] {
  return typeof value === 'number' ? [value, value] : value;
}

export type Initializer = z.infer<typeof initializer>;
export type Padding = z.infer<typeof padding>;
