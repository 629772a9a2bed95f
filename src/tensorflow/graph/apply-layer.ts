import type {LayerDefinition, LayerKind, LayerOptions} from '../../model/layers/layers.js';
import type {Shape} from '../../model/layers/layer-kind.js';
import {poolingWindows} from '../../model/layers/pooling2d.js';
import {deriveSeed} from '../../util/random.js';
import type {GraphBuilder, Value} from './builder.js';
import {activations} from './ops/activation.js';
import {normalizeBatch, normalizeByAverages} from './ops/batch-normalization.js';
import {convolution} from './ops/convolution.js';
import {dropout} from './ops/dropout.js';
import {bias, product, reshape} from './ops/linear.js';
import {chain, weightless, type Operation} from './ops/operation.js';
import {averagePooling, maxPooling, pooledConvolution} from './ops/pooling.js';

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
  readonly [K in LayerKind]: (options: LayerOptions[K], context: LayerContext) => Operation;
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
      return weightless(
        normalizeByAverages(build, input, [scale, shift, mean, variance], epsilon),
        gradient => gradient,
      );
    }
    const axes = inputShape.map((_, axis) => axis);
    const normalized = normalizeBatch(build, input, scale, shift, {epsilon, axes});
    onAverage(2, normalized.mean, momentum);
    onAverage(3, normalized.variance, momentum);
    return normalized;
  },
  activation: (options, {build, input}) => activations[options.function](build, input),
};

/** Writes a layer of the network as operations of the graph. */
export function applyLayer<K extends LayerKind>(
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

type Next = (input: Value) => Operation;
type WithBias = Pick<LayerOptions['dense'], 'useBias' | 'activation'>;

function biasAndActivation(options: WithBias, context: LayerContext): Next[] {
  const shift = biasOf(options, context);
  const activate: Next = input => activations[options.activation](context.build, input);
  return shift === undefined ? [activate] : [shift, activate];
}

function biasOf({useBias}: WithBias, {build, weights}: LayerContext): Next | undefined {
  return useBias ? input => bias(build, input, weights[1] as Value) : undefined;
}
