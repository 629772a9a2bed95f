import type {GraphBuilder, Value} from '../builder.js';
import type {Operation} from './operation.js';

type Groups = {
  /** Shape of the input and of the result: [-1, ...]. */
  readonly shape: readonly number[];
  /** The shape in which each group has axes of its own: [-1, ...]. */
  readonly grouped: readonly number[];
  /** The axes of that shape over which a group has one mean. */
  readonly axes: readonly number[];
  /** Added to the variance. */
  readonly epsilon: number;
};

/**
 * y = γ x̂ + β with x̂ = (x - mean) / sqrt(variance + ε) over the values of a group, in one image: group
 * normalization (Wu and He 2018) and layer normalization (Ba, Kiros and Hinton 2016). With h = g γ, by x:
 * (h - mean(h) - x̂ mean(h x̂)) / sqrt(variance + ε), means over the group; by γ: sum(g x̂); by β: sum(g).
 */
export function normalizeGroups(
  build: GraphBuilder,
  input: Value,
  [scale, shift]: readonly [Value, Value],
  {shape, grouped, axes, epsilon}: Groups,
): Operation {
  const mean = (value: Value): Value => build.reduce('Mean', value, axes, true);
  const values = build.reshape(input, grouped);
  const centred = build.float('Sub', [values, mean(values)]);
  const variance = mean(build.float('Square', [centred]));
  const inverse = build.float('Rsqrt', [build.float('AddV2', [variance, build.constant(epsilon)])]);
  const normal = build.float('Mul', [centred, inverse]);
  const whole = build.reshape(normal, shape);
  const allButChannels = shape.slice(1).map((_, axis) => axis);
  return {
    result: build.float('AddV2', [build.float('Mul', [whole, scale]), shift]),
    backward: (gradient, needsInput) => {
      const weights = [build.float('Mul', [gradient, whole]), gradient].map(value =>
        build.reduce('Sum', value, allButChannels),
      );
      if (!needsInput) return {input: undefined, weights};
      const byNormal = build.reshape(build.float('Mul', [gradient, scale]), grouped);
      const spread = build.float('Mul', [normal, mean(build.float('Mul', [byNormal, normal]))]);
      const level = build.float('Sub', [byNormal, mean(byNormal)]);
      const byValues = build.float('Mul', [inverse, build.float('Sub', [level, spread])]);
      return {input: build.reshape(byValues, shape), weights};
    },
  };
}
