import type * as z from 'zod';
import {UserError} from '../../util/user-error.js';
import {activation} from './activation.js';
import {batchNormalization} from './batch-normalization.js';
import {conv2d} from './conv2d.js';
import {cropping2D} from './cropping2d.js';
import {dense} from './dense.js';
import {depthwiseConv2d} from './depthwise-conv2d.js';
import {dropout} from './dropout.js';
import {flatten} from './flatten.js';
import {globalAveragePooling2d} from './global-average-pooling2d.js';
import {groupNormalization} from './group-normalization.js';
import type {LayerKindDescription, ReceptiveField, Shape, WeightSpec} from './layer-kind.js';
import {layerNormalization} from './layer-normalization.js';
import {add, concatenate, multiply} from './merge.js';
import {averagePooling2d, maxPooling2d} from './pooling2d.js';
import {rescaling} from './rescaling.js';
import {separableConv2d} from './separable-conv2d.js';
import {spatialDropout2d} from './spatial-dropout2d.js';
import {zeroPadding2d} from './zero-padding2d.js';

/** The layers that an experiment names by their kind, in the order of the documentation. */
export const namedKinds = {
  conv2d,
  maxPooling2d,
  averagePooling2d,
  globalAveragePooling2d,
  flatten,
  dense,
  dropout,
  batchNormalization,
  activation,
  depthwiseConv2d,
  separableConv2d,
  layerNormalization,
  groupNormalization,
  spatialDropout2d,
  zeroPadding2d,
} as const;

/** In which branches meet. */
const mergeKinds = {add, multiply, concatenate} as const;

/** All kinds of layers: those, the ones in which branches meet, and two that only files have. */
export const layerKinds = {...namedKinds, ...mergeKinds, rescaling, cropping2D} as const;

export type LayerKind = keyof typeof layerKinds;
/** A kind of layer that may take several inputs. */
export type MergeKind = keyof typeof mergeKinds;
export type LayerOptions = {[K in LayerKind]: z.infer<(typeof layerKinds)[K]['options']>};

/** A layer and its options, as a closed union. */
export type LayerDefinition<K extends LayerKind = LayerKind> = {
  [P in K]: {readonly kind: P; readonly options: LayerOptions[P]};
}[K];

const descriptions: {[K in LayerKind]: LayerKindDescription<LayerOptions[K]>} = layerKinds;
const kinds = Object.keys(layerKinds) as LayerKind[];

/**
 * Returns the output shape of a layer.
 *
 * @param inputs Shapes of its inputs: one, except where branches meet.
 * @param where  Names the layer in messages.
 * @throws UserError where the layer does not fit its input.
 */
export function outputShape<K extends LayerKind>(
  {kind, options}: LayerDefinition<K>,
  inputs: readonly Shape[],
  where: string,
): Shape {
  const description = descriptions[kind];
  const input = inputs[0] ?? [];
  if (description.input === 'row' && input.length !== 1) {
    throw new UserError(
      `${where}: ${kind} takes one row of values but gets an image, [${input.join(', ')}].`,
      {hint: 'Put flatten: {} or globalAveragePooling2d: {} above it.'},
    );
  }
  if (description.input === 'image' && input.length !== 3) {
    throw new UserError(
      `${where}: ${kind} takes an image but gets one row of values, [${input.join(', ')}].`,
      {hint: 'Move it above flatten, globalAveragePooling2d and dense.'},
    );
  }
  return description.outputShape(options, input, where, inputs);
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

/** Whether a layer may take several inputs. */
export function isMerge(definition: LayerDefinition): definition is LayerDefinition<MergeKind> {
  return Object.hasOwn(mergeKinds, definition.kind);
}

type Config = Readonly<Record<string, unknown>>;

/** Returns the configuration with which tfjs makes a layer. */
export function kerasConfig({kind, options}: LayerDefinition): Record<string, unknown> {
  const values: Config = options;
  return Object.fromEntries(
    Object.entries<string>(layerKinds[kind].keras).map(([option, key]) => [key, values[option]]),
  );
}

/** The keys of the initializers of a layer's kernels, in the order of the kernels. */
export function initializerKeys<K extends LayerKind>({
  kind,
}: LayerDefinition<K>): readonly string[] {
  return descriptions[kind].initializerKeys ?? ['kernelInitializer'];
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
    // [1, 1] is 1 in both directions.
    const distinct = new Set([value].flat());
    if (distinct.size !== 1 || !distinct.has(expected))
      return `has ${key}: ${JSON.stringify(value)}`;
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
