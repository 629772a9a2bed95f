import {z} from 'zod';
import {activationName} from '../../tensorflow/graph/layer-options.js';
import {activations} from '../../tensorflow/graph/ops/activation.js';
import type {Shape} from '../../model/layer-shapes.js';

const MOST_UNITS = 65_536;
const MOST_SIDE = 4096;

const side = z.number().int().min(1).max(MOST_SIDE);
const sides = z.union([side, z.tuple([side, side])]);
const units = z.number().int().min(1).max(MOST_UNITS);
const padding = z.enum(['valid', 'same']);
const dataFormat = z.literal('channels_last').optional();
const activation = z
  .string()
  .refine(
    name => Object.hasOwn(activations, activationName(name)),
    'an activation of this program',
  );

/** What a layer's configuration must hold, by its class; keys as tfjs has them in memory. */
const configs: Readonly<Record<string, z.ZodType>> = {
  Conv2D: z.object({
    ...{filters: units, kernelSize: sides, strides: sides, dilationRate: sides},
    ...{padding, dataFormat, activation, useBias: z.boolean()},
  }),
  MaxPooling2D: z.object({poolSize: sides, strides: sides, padding, dataFormat}),
  AveragePooling2D: z.object({poolSize: sides, strides: sides, padding, dataFormat}),
  Dense: z.object({units, activation, useBias: z.boolean()}),
  Activation: z.object({activation}),
  BatchNormalization: z.object({
    epsilon: z.number().positive(),
    axis: z.number().int().optional(),
  }),
};

/** Why a layer cannot be configured so; undefined where it can, or is of a class without options. */
export function configFlaw(type: string, config: unknown): string | undefined {
  const schema = Object.hasOwn(configs, type) ? configs[type] : undefined;
  const [issue] = schema?.safeParse(config).error?.issues ?? [];
  return issue === undefined ? undefined : `${issue.path.join('.')}: ${issue.message}`;
}

/** Shapes of a layer's weights, in their order. @param config Without a flaw. */
export function weightShapes(
  type: string,
  config: Readonly<Record<string, unknown>>,
  input: Shape,
): readonly (readonly number[])[] {
  const biasOf = (width: number): number[][] => (config['useBias'] === true ? [[width]] : []);
  switch (type) {
    case 'Conv2D': {
      const filters = config['filters'] as number;
      const kernel = config['kernelSize'] as number | [number, number];
      const [height, width] = typeof kernel === 'number' ? [kernel, kernel] : kernel;
      return [[height, width, input.at(-1) ?? 0, filters], ...biasOf(filters)];
    }
    case 'Dense': {
      const width = config['units'] as number;
      return [[input.at(-1) ?? 0, width], ...biasOf(width)];
    }
    case 'BatchNormalization':
      return [0, 1, 2, 3].map(() => [input.at(-1) ?? 0]);
    default:
      return [];
  }
}
