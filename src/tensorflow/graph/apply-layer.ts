import {deriveSeed} from '../../util/random.js';
import type {LayerSpec} from '../network.js';
import type {GraphBuilder, Value} from './builder.js';
import {activationName, convolutionOf, poolingOf, UnknownLayer} from './layer-options.js';
import {activations} from './ops/activation.js';
import {normalizeBatch, normalizeByAverages} from './ops/batch-normalization.js';
import {bias} from './ops/bias.js';
import {convolution} from './ops/convolution.js';
import {dropout} from './ops/dropout.js';
import {chain, weightless, type Operation} from './ops/operation.js';
import {pooledConvolution} from './ops/pooled-convolution.js';
import {averagePooling, maxPooling} from './ops/pooling.js';
import {product} from './ops/product.js';
import {reshape} from './ops/reshape.js';

type LayerContext = {
  readonly build: GraphBuilder;
  readonly layer: LayerSpec;
  readonly input: Value;
  /** Shape of the input without the batch. */
  readonly inputShape: readonly number[];
  /** Shape of the result without the batch. */
  readonly outputShape: readonly number[];
  /** Values of the layer's weights, in their order. */
  readonly weights: readonly Value[];
  readonly training: boolean;
  readonly seed: number;
  /** Scalar int32, fed. */
  readonly step: Value;
  /** Told the new value of a moving average: its place among the weights. */
  readonly onAverage: (weight: number, batchValue: Value, momentum: number) => void;
};

/** A layer of the network as operations of the graph. To add a layer, add a line here and a file in `ops/`. */
export function applyLayer(context: LayerContext): Operation {
  const {build, layer, input, inputShape, outputShape} = context;
  switch (layer.type) {
    case 'Conv2D':
      return chain(
        convolution(build, input, weight(context, 0), convolutionOf(layer, inputShape)),
        ...biasAndActivation(context),
      );
    case 'Dense':
      return chain(product(build, input, weight(context, 0)), ...biasAndActivation(context));
    case 'MaxPooling2D':
      return maxPooling(build, input, poolingOf(layer));
    case 'AveragePooling2D':
      return averagePooling(build, input, poolingOf(layer));
    case 'GlobalAveragePooling2D': {
      const whole = [inputShape[0] ?? 1, inputShape[1] ?? 1] as const;
      const pooled = averagePooling(build, input, {size: whole, stride: whole, padding: 'valid'});
      return chain(pooled, value => reshape(build, value, [1, 1, ...outputShape], outputShape));
    }
    case 'Flatten':
      return reshape(build, input, inputShape, outputShape);
    case 'Activation':
      return activation(context, input);
    case 'Dropout': {
      const rate = Number(layer.config['rate']);
      if (!context.training || rate === 0) return weightless(input, gradient => gradient);
      return dropout(
        build,
        input,
        rate,
        deriveSeed(context.seed, `dropout/${layer.name}`),
        context.step,
      );
    }
    case 'BatchNormalization':
      return batchNormalization(context);
    default:
      throw new UnknownLayer(`${layer.name} is a ${layer.type}`);
  }
}

/**
 * Whether a convolution with ReLU and the pooling below it can be one operation, whose gradient
 * goes through the ReLU after the pooling.
 */
export function isPooled(layer: LayerSpec, below: LayerSpec | undefined): boolean {
  return (
    layer.type === 'Conv2D' &&
    below?.type === 'MaxPooling2D' &&
    below.input === layer.name &&
    activationName(layer.config['activation']) === 'relu'
  );
}

/** A convolution and the pooling below it, where they are `isPooled`. */
export function applyPooled(context: LayerContext, pooling: LayerSpec): Operation {
  const {build, layer, input, inputShape} = context;
  const [shift] = biasOf(context);
  return pooledConvolution(build, {
    convolved: convolution(build, input, weight(context, 0), convolutionOf(layer, inputShape)),
    shift,
    pooling: poolingOf(pooling),
  });
}

function weight({weights, layer}: LayerContext, place: number): Value {
  const value = weights[place];
  if (value === undefined) throw new UnknownLayer(`${layer.name} has ${weights.length} weights`);
  return value;
}

function biasAndActivation(context: LayerContext): ((input: Value) => Operation)[] {
  return [...biasOf(context), (input: Value) => activation(context, input)];
}

/** One operation, or none where the layer has no bias. */
function biasOf(context: LayerContext): ((input: Value) => Operation)[] {
  if (context.layer.config['useBias'] !== true) return [];
  return [input => bias(context.build, input, weight(context, 1))];
}

function activation({build, layer}: LayerContext, input: Value): Operation {
  const name = activationName(layer.config['activation']);
  const apply = activations[name];
  if (apply === undefined) throw new UnknownLayer(`${layer.name} has the activation ${name}`);
  return apply(build, input);
}

function batchNormalization(context: LayerContext): Operation {
  const {build, layer, input, inputShape, training} = context;
  const epsilon = Number(layer.config['epsilon']);
  const momentum = Number(layer.config['momentum']);
  const [scale, shift, mean, variance] = [0, 1, 2, 3].map(place => weight(context, place)) as [
    Value,
    Value,
    Value,
    Value,
  ];
  if (!training) {
    return weightless(
      normalizeByAverages(build, input, [scale, shift, mean, variance], epsilon),
      gradient => gradient,
    );
  }
  const axes = inputShape.map((_, axis) => axis);
  const normalized = normalizeBatch(build, input, scale, shift, {epsilon, axes});
  context.onAverage(2, normalized.mean, momentum);
  context.onAverage(3, normalized.variance, momentum);
  return normalized;
}
