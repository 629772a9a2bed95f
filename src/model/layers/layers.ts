import * as z from 'zod';
import {UserError} from '../../util/user-error.js';
import {activation} from './activation.js';
import {batchNormalization} from './batch-normalization.js';
import {conv2d} from './conv2d.js';
import {dense} from './dense.js';
import {dropout} from './dropout.js';
import {flatten} from './flatten.js';
import {globalAveragePooling2d} from './global-average-pooling2d.js';
import type {LayerKindDescription, ReceptiveField, Shape, WeightSpec} from './layer-kind.js';
import {averagePooling2d, maxPooling2d} from './pooling2d.js';

/** All kinds of layers, in the order of the documentation. */
export const layerKinds = {
  conv2d,
  maxPooling2d,
  averagePooling2d,
  globalAveragePooling2d,
  flatten,
  dense,
  dropout,
  batchNormalization,
  activation,
} as const;

export type LayerKind = keyof typeof layerKinds;
export type LayerOptions = {[K in LayerKind]: z.infer<(typeof layerKinds)[K]['options']>};

/** A layer and its options, as a closed union. */
export type LayerDefinition<K extends LayerKind = LayerKind> = {
  [P in K]: {readonly kind: P; readonly options: LayerOptions[P]};
}[K];

const descriptions: {[K in LayerKind]: LayerKindDescription<LayerOptions[K]>} = layerKinds;
const kinds = Object.keys(layerKinds) as LayerKind[];

/** A layer as it is written in an experiment: one key, the kind, with its options. */
export const LayerEntry = z
  .strictObject(
    Object.fromEntries(kinds.map(kind => [kind, layerKinds[kind].options.optional()])) as {
      [K in LayerKind]: z.ZodOptional<z.ZodType<LayerOptions[K]>>;
    },
  )
  .refine(entry => Object.keys(entry).length === 1, {
    message: `exactly one of ${kinds.join(', ')}`,
  });
export type LayerEntry = z.infer<typeof LayerEntry>;

/** Converts a validated entry to a member of the closed union. */
export function layerDefinition(entry: LayerEntry): LayerDefinition {
  const kind = kinds.find(name => entry[name] !== undefined);
  if (kind === undefined) throw new Error('The layer entry has no kind.');
  return {kind, options: entry[kind]} as LayerDefinition;
}

/**
 * Returns the output shape of a layer.
 *
 * @param where Names the layer in messages.
 * @throws UserError where the layer does not fit its input.
 */
export function outputShape<K extends LayerKind>(
  {kind, options}: LayerDefinition<K>,
  input: Shape,
  where: string,
): Shape {
  const description = descriptions[kind];
  const received = `received [${input.join(', ')}].`;
  if (description.input === 'row' && input.length !== 1) {
    throw new UserError(
      `${where}: a ${kind} layer takes one row of values. Expected one dimension; ${received}`,
      {hint: 'Put flatten: {} or globalAveragePooling2d: {} above it.'},
    );
  }
  if (description.input === 'image' && input.length !== 3) {
    throw new UserError(
      `${where}: takes an image. Expected [height, width, channels]; ${received}`,
      {hint: 'Move it above flatten or globalAveragePooling2d.'},
    );
  }
  return description.outputShape(options, input, where);
}

/** Returns the weights of a layer, in the order of Keras. */
export function layerWeights<K extends LayerKind>(
  {kind, options}: LayerDefinition<K>,
  input: Shape,
): readonly WeightSpec[] {
  return descriptions[kind].weights(options, input);
}

/** The part of a layer's input that one value of its output depends on. */
export function receptiveFieldOf<K extends LayerKind>({
  kind,
  options,
}: LayerDefinition<K>): ReceptiveField {
  return descriptions[kind].receptiveField(options);
}

type Config = Readonly<Record<string, unknown>>;

/** Returns the configuration with which tfjs makes a layer. */
export function kerasConfig({kind, options}: LayerDefinition): Record<string, unknown> {
  const values: Config = options;
  return Object.fromEntries(
    Object.entries<string>(layerKinds[kind].keras).map(([option, key]) => [key, values[option]]),
  );
}

/**
 * Reads the description of a layer by Keras or tfjs, in memory or from a file.
 *
 * @returns The layer; or a text that says why no experiment can have it.
 */
export function layerFromKeras(className: string, config: Config): LayerDefinition | string {
  const kind = kinds.find(name => layerKinds[name].className === className);
  if (kind === undefined) return `is of the class ${className}, which is not known here`;
  const {keras, kerasConstants = {}, options} = layerKinds[kind];
  const values = new Map(
    Object.entries(config).map(([key, value]) => [
      camelCase(key),
      typeof value === 'string' ? camelCase(value) : value,
    ]),
  );
  for (const [key, expected] of Object.entries(kerasConstants)) {
    const value = values.get(key) ?? expected;
    if (value !== expected) return `has ${key}: ${JSON.stringify(value)}`;
  }
  const entries = Object.entries<string>(keras).map(([option, key]) => [option, values.get(key)]);
  const parsed = options.safeParse(Object.fromEntries(entries));
  if (parsed.success) return {kind, options: parsed.data} as LayerDefinition;
  const [issue] = parsed.error.issues;
  return `has ${issue?.path.join('.')}: ${issue?.message}`;
}

/** Converts names: `pool_size` in a file is `poolSize` in tfjs. */
function camelCase(text: string): string {
  return text.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
