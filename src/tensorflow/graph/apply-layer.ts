import {pointwiseConvolution} from '../../model/layers/conv2d.js';
import {croppedSides} from '../../model/layers/cropping2d.js';
import {depthwiseWindows} from '../../model/layers/depthwise-conv2d.js';
import {
  isMerge,
  type LayerDefinition,
  type LayerKind,
  type LayerOptions,
  type MergeKind,
} from '../../model/layers/layers.js';
import type {Shape} from '../../model/layers/layer-kind.js';
import {hasFactors} from '../../model/layers/merge.js';
import {poolingWindows} from '../../model/layers/pooling2d.js';
import {paddedSides} from '../../model/layers/zero-padding2d.js';
import {deriveSeed} from '../../util/random.js';
import type {GraphBuilder, Value} from './builder.js';
import {activations} from './ops/activation.js';
import {normalizeBatch, normalizeByAverages, normalizeImages} from './ops/batch-normalization.js';
import {convolution} from './ops/convolution.js';
import {depthwiseConvolution} from './ops/depthwise-convolution.js';
import {dropout} from './ops/dropout.js';
import {normalizeGroups} from './ops/group-normalization.js';
import {bias, product, rescaled, reshape} from './ops/linear.js';
import {productOf, scaleChannels, sideBySide, sum, type MergeOperation} from './ops/merge.js';
import {chain, weightless, type Operation} from './ops/operation.js';
import {cropping, zeroPadding} from './ops/padding.js';
import {averagePooling, maxPooling, pooledConvolution} from './ops/pooling.js';

/** A kind of layer with one input. */
type SimpleKind = Exclude<LayerKind, MergeKind>;

type LayerContext = {
  readonly build: GraphBuilder;
  readonly name: string;
  readonly input: Value;
  /** Shape of the input without the batch. */
  readonly inputShape: Shape;
  /** Shape of the output without the batch. */
  readonly outputShape: Shape;
  /** Values of the layer's weights, in their order. */
  readonly weights: readonly Value[];
  readonly training: boolean;
  readonly seed: number;
  /** Scalar int32, fed: steps taken. */
  readonly step: Value;
  /** Receives the new value of a moving average: its place among the weights. */
  readonly onAverage: (weight: number, batchValue: Value, momentum: number) => void;
};

/** Writes each kind of layer. */
const operations: {
  readonly [K in SimpleKind]: (options: LayerOptions[K], context: LayerContext) => Operation;
} = {
  conv2d: (options, context) =>
    chain(convolved(options, context), ...biasAndActivation(options, context)),
  maxPooling2d: (options, {build, input}) => maxPooling(build, input, poolingWindows(options)),
  averagePooling2d: (options, {build, input}) =>
    averagePooling(build, input, poolingWindows(options)),
  globalAveragePooling2d: (_options, {build, input, inputShape, outputShape}) => {
    const whole = [inputShape[0] ?? 1, inputShape[1] ?? 1] as const;
    const pooled = averagePooling(build, input, {window: whole, stride: whole, padding: 'valid'});
    return chain(pooled, value => reshape(build, value, [1, 1, ...outputShape], outputShape));
  },
  flatten: (_options, {build, input, inputShape, outputShape}) =>
    reshape(build, input, inputShape, outputShape),
  dense: (options, context) => {
    const [kernel] = context.weights as [Value];
    const multiplied = product(context.build, context.input, kernel);
    return chain(multiplied, ...biasAndActivation(options, context));
  },
  dropout: ({rate}, {build, name, input, training, seed, step}) =>
    !training || rate === 0
      ? weightless(input, gradient => gradient)
      : dropout(build, input, rate, deriveSeed(seed, `dropout/${name}`), step),
  batchNormalization: (
    {epsilon, momentum},
    {build, input, inputShape, weights, training, onAverage},
  ) => {
    const [scale, shift, mean, variance] = weights as [Value, Value, Value, Value];
    if (!training) {
      return normalizeByAverages(build, input, [scale, shift, mean, variance], epsilon);
    }
    const normalized =
      inputShape.length === 3
        ? normalizeImages(build, input, scale, shift, epsilon, inputShape)
        : normalizeBatch(build, input, scale, shift, {epsilon, axes: [0]});
    onAverage(2, normalized.mean, momentum);
    onAverage(3, normalized.variance, momentum);
    return normalized;
  },
  activation: (options, {build, input}) => activations[options.function](build, input),
  depthwiseConv2d: (options, context) =>
    chain(depthwise(options, context), ...biasAndActivation(options, context)),
  separableConv2d: (options, context) => {
    const {build, weights, inputShape} = context;
    const pointwise = pointwiseConvolution(options.filters, {useBias: false});
    const [rows = 1, columns = 1] = context.outputShape;
    return chain(
      depthwise({...options, multiplier: 1}, context),
      value =>
        convolution(build, value, weights[1] as Value, {
          options: pointwise,
          inputShape: [rows, columns, inputShape[2] ?? 0],
        }),
      ...biasAndActivation(options, context),
    );
  },
  layerNormalization: ({epsilon}, {build, input, inputShape, weights}) => {
    const shape = [-1, ...inputShape];
    const axes = [inputShape.length];
    return normalizeGroups(build, input, weights as [Value, Value], {
      ...{shape, axes, epsilon, grouped: shape},
    });
  },
  groupNormalization: ({groups, epsilon}, {build, input, inputShape, weights}) => {
    const [height = 1, width = 1, channels = 1] = inputShape;
    return normalizeGroups(build, input, weights as [Value, Value], {
      shape: [-1, ...inputShape],
      grouped: [-1, height * width, groups, channels / groups],
      ...{axes: [1, 3], epsilon},
    });
  },
  spatialDropout2d: ({rate}, {build, name, input, inputShape, training, seed, step}) => {
    if (!training || rate === 0) return weightless(input, gradient => gradient);
    const images = build.reduceImages(build.shapeOf(input));
    const sides = [
      images,
      ...[1, 1, inputShape[2] ?? 1].map(side => build.constant(side, 'int32')),
    ];
    const maskShape = build.node('Pack', sides, {
      T: {type: 'int32'},
      N: {int: sides.length},
      axis: {int: 0},
    });
    return dropout(build, input, rate, deriveSeed(seed, `dropout/${name}`), step, maskShape);
  },
  zeroPadding2d: (options, {build, input, inputShape}) =>
    zeroPadding(build, input, inputShape, paddedSides(options)),
  rescaling: (options, {build, input}) => rescaled(build, input, options),
  cropping2D: (options, {build, input, outputShape}) =>
    cropping(build, input, outputShape, croppedSides(options)),
};

/** Whether a layer has one input, as all have but those in which branches meet. */
export function isSimple(definition: LayerDefinition): definition is LayerDefinition<SimpleKind> {
  return !isMerge(definition);
}

/** Writes a layer in which branches meet. @param shapes Those of the inputs, without the batch. */
export function applyMerge(
  {kind}: LayerDefinition<MergeKind>,
  build: GraphBuilder,
  inputs: readonly Value[],
  shapes: readonly Shape[],
): MergeOperation {
  const channels = shapes.map(shape => shape.at(-1) ?? 0);
  switch (kind) {
    case 'add':
      return sum(build, inputs);
    case 'concatenate':
      return sideBySide(build, inputs, channels, shapes[0]?.length ?? 1);
    case 'multiply': {
      if (!hasFactors(shapes)) return productOf(build, inputs);
      const [image, factors] = inputs as readonly [Value, Value];
      return scaleChannels(build, image, factors, channels[0] ?? 0);
    }
  }
}

/** Writes a layer of the network as operations of the graph. */
export function applyLayer<K extends SimpleKind>(
  {kind, options}: LayerDefinition<K>,
  context: LayerContext,
): Operation {
  return operations[kind](options, context);
}

/**
 * Writes a convolution with ReLU and the max pooling below it as one operation, whose gradient passes
 * the ReLU after the pooling. Returns undefined for other layers.
 */
export function applyPooled(
  layer: LayerDefinition,
  below: LayerDefinition | undefined,
  context: LayerContext,
): Operation | undefined {
  if (layer.kind !== 'conv2d' || layer.options.activation !== 'relu') return undefined;
  if (below?.kind !== 'maxPooling2d') return undefined;
  return pooledConvolution(context.build, {
    convolved: convolved(layer.options, context),
    shift: biasOf(layer.options, context),
    pooling: poolingWindows(below.options),
  });
}

function convolved(
  options: LayerOptions['conv2d'],
  {build, input, inputShape, weights}: LayerContext,
): Operation {
  const [kernel] = weights as [Value];
  return convolution(build, input, kernel, {options, inputShape});
}

function depthwise(
  options: LayerOptions['depthwiseConv2d'],
  {build, input, inputShape, weights}: LayerContext,
): Operation {
  const [kernel] = weights as [Value];
  const {window} = depthwiseWindows(options);
  const kernelShape = [...window, inputShape[2] ?? 0, options.multiplier];
  return depthwiseConvolution(build, input, kernel, kernelShape, depthwiseWindows(options));
}

type Next = (input: Value) => Operation;
type WithBias = Pick<LayerOptions['dense'], 'useBias' | 'activation'>;

function biasAndActivation(options: WithBias, context: LayerContext): Next[] {
  const shift = biasOf(options, context);
  const activate: Next = input => activations[options.activation](context.build, input);
  return shift === undefined ? [activate] : [shift, activate];
}

/** The bias is the last of a layer's weights. */
function biasOf({useBias}: WithBias, {build, weights}: LayerContext): Next | undefined {
  return useBias ? input => bias(build, input, weights.at(-1) as Value) : undefined;
}
