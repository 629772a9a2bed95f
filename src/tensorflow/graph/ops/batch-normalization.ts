import type {Shape} from '../../../model/layers/layer-kind.js';
import {outputOf, type GraphBuilder, type Value} from '../builder.js';
import {weightless, type Operation} from './operation.js';

type Normalization = {
  /** Added to the variance. */
  readonly epsilon: number;
  /** All axes but the channels. */
  readonly axes: readonly number[];
};

type TrainingNormalization = Operation & {
  /** Mean of this batch, for each channel. */
  readonly mean: Value;
  /** Variance of this batch: the mean squared distance, not the unbiased estimate. */
  readonly variance: Value;
};

/**
 * y = γ x̂ + β with x̂ = (x - mean) / sqrt(variance + ε) over the batch (Ioffe and Szegedy 2015).
 * By x: γ / sqrt(variance + ε) (g - mean(g) - x̂ mean(g x̂)); by γ: sum(g x̂); by β: sum(g).
 */
export function normalizeBatch(
  build: GraphBuilder,
  input: Value,
  scale: Value,
  shift: Value,
  {epsilon, axes}: Normalization,
): TrainingNormalization {
  const mean = build.reduce('Mean', input, axes);
  const centred = build.float('Sub', [input, mean]);
  const variance = build.reduce('Mean', build.float('Square', [centred]), axes);
  const inverse = inverseDeviation(build, variance, epsilon);
  const normal = build.float('Mul', [centred, inverse]);
  return {
    result: build.float('AddV2', [build.float('Mul', [normal, scale]), shift]),
    mean,
    variance,
    backward: (gradient, needsInput) => {
      const byNormal = build.float('Mul', [gradient, normal]);
      const weights = [build.reduce('Sum', byNormal, axes), build.reduce('Sum', gradient, axes)];
      if (!needsInput) return {input: undefined, weights};
      const spread = build.float('Mul', [normal, build.reduce('Mean', byNormal, axes)]);
      const level = build.float('Sub', [gradient, build.reduce('Mean', gradient, axes)]);
      const factor = build.float('Mul', [scale, inverse]);
      return {input: build.float('Mul', [factor, build.float('Sub', [level, spread])]), weights};
    },
  };
}

/**
 * Computes the same for images with TensorFlow's fused kernels, which read each value a few times fewer.
 *
 * @param shape Without the batch: [height, width, channels].
 */
export function normalizeImages(
  build: GraphBuilder,
  input: Value,
  scale: Value,
  shift: Value,
  epsilon: number,
  [height = 1, width = 1]: Shape,
): TrainingNormalization {
  const attributes = {
    U: {type: 'float32'},
    epsilon: {float: epsilon},
    data_format: {text: 'NHWC'},
    is_training: {bool: true},
  } as const;
  const none = build.constant([]);
  const inputs = [input, scale, shift, none, none];
  const result = build.float('FusedBatchNormV3', inputs, attributes);
  const images = build.cast(build.reduceImages(build.shapeOf(input)), 'int32', 'float32');
  const values = build.float('Mul', [images, build.constant(height * width)]);
  const lessOne = build.float('Sub', [values, build.constant(1)]);
  // The kernel gives the unbiased estimate.
  const biased = build.float('RealDiv', [
    build.float('Maximum', [lessOne, build.constant(1)]),
    values,
  ]);
  return {
    result,
    mean: outputOf(result, 1),
    variance: build.float('Mul', [outputOf(result, 2), biased]),
    backward: gradient => {
      const saved = [3, 4, 5].map(output => outputOf(result, output));
      const back = build.float(
        'FusedBatchNormGradV3',
        [gradient, input, scale, ...saved],
        attributes,
      );
      return {input: back, weights: [outputOf(back, 1), outputOf(back, 2)]};
    },
  };
}

/** Normalizes with moving averages instead of the batch's statistics: for evaluation, and where they stay as they are. */
export function normalizeByAverages(
  build: GraphBuilder,
  input: Value,
  [scale, shift, mean, variance]: readonly [Value, Value, Value, Value],
  epsilon: number,
): Operation {
  const factor = build.float('Mul', [scale, inverseDeviation(build, variance, epsilon)]);
  const centred = build.float('Sub', [input, mean]);
  const result = build.float('AddV2', [build.float('Mul', [centred, factor]), shift]);
  return weightless(result, gradient => build.float('Mul', [gradient, factor]));
}

function inverseDeviation(build: GraphBuilder, variance: Value, epsilon: number): Value {
  return build.float('Rsqrt', [build.float('AddV2', [variance, build.constant(epsilon)])]);
}
