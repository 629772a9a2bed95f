import type {Activation as ActivationName} from '../../../model/layers/layer-kind.js';
import type {GraphBuilder, Value} from '../builder.js';
import {weightless, type Operation} from './operation.js';

/** y = f(x) for each value; the gradient is g f'(x). */
type Activation = (build: GraphBuilder, input: Value) => Operation;

/** A pair of TensorFlow's kernels; the second takes the gradient, and x or y. */
const pair =
  (
    forward: string,
    backward: string,
    takes: 'x' | 'y',
    order: 'gradient first' | 'gradient last' = 'gradient first',
  ): Activation =>
  (build, input) => {
    const result = build.float(forward, [input]);
    return weightless(result, gradient => {
      const value = takes === 'x' ? input : result;
      return build.float(
        backward,
        order === 'gradient first' ? [gradient, value] : [value, gradient],
      );
    });
  };

/** x sigmoid(x) (Ramachandran et al. 2017); f' = s + y (1 - s). */
const swish: Activation = (build, input) => {
  const sigmoid = build.float('Sigmoid', [input]);
  const result = build.float('Mul', [input, sigmoid]);
  return weightless(result, gradient => {
    const complement = build.float('Sub', [build.constant(1), sigmoid]);
    const slope = build.float('AddV2', [sigmoid, build.float('Mul', [result, complement])]);
    return build.float('Mul', [gradient, slope]);
  });
};

/**
 * x relu6(x + 3) / 6 (Howard et al. 2019, MobileNetV3); f' = relu6(x + 3) / 6, and x / 6 more where x + 3 is
 * between 0 and 6.
 */
const hardSwish: Activation = (build, input) => {
  const shifted = build.float('AddV2', [input, build.constant(3)]);
  const sixth = (value: Value): Value => build.float('Mul', [value, build.constant(1 / 6)]);
  const gate = sixth(build.float('Relu6', [shifted]));
  return weightless(build.float('Mul', [input, gate]), gradient => {
    const byGate = sixth(build.float('Mul', [gradient, input]));
    return build.float('AddV2', [
      build.float('Mul', [gradient, gate]),
      build.float('Relu6Grad', [byGate, shifted]),
    ]);
  });
};

/** x Φ(x), exact (Hendrycks and Gimpel 2016); f' = Φ(x) + x φ(x). */
const gelu: Activation = (build, input) => {
  const erf = build.float('Erf', [build.float('Mul', [input, build.constant(Math.SQRT1_2)])]);
  const cdf = build.float('Mul', [
    build.constant(0.5),
    build.float('AddV2', [build.constant(1), erf]),
  ]);
  return weightless(build.float('Mul', [input, cdf]), gradient => {
    const exponent = build.float('Mul', [build.constant(-0.5), build.float('Square', [input])]);
    const density = build.float('Mul', [
      build.constant(1 / Math.sqrt(2 * Math.PI)),
      build.float('Exp', [exponent]),
    ]);
    const slope = build.float('AddV2', [cdf, build.float('Mul', [input, density])]);
    return build.float('Mul', [gradient, slope]);
  });
};

/** 0.2 x + 0.5 between 0 and 1, as Keras 2 and tfjs have it; f' = 0.2 inside. */
const hardSigmoid: Activation = (build, input) => {
  const line = build.float('AddV2', [
    build.float('Mul', [input, build.constant(0.2)]),
    build.constant(0.5),
  ]);
  const low = build.float('Maximum', [line, build.constant(0)]);
  return weightless(build.float('Minimum', [low, build.constant(1)]), gradient => {
    const inside = build.node('LogicalAnd', [
      build.float('Greater', [line, build.constant(0)]),
      build.float('Less', [line, build.constant(1)]),
    ]);
    const slope = build.float('Mul', [build.cast(inside, 'bool', 'float32'), build.constant(0.2)]);
    return build.float('Mul', [gradient, slope]);
  });
};

/** Every activation, by tfjs's name. */
export const activations: Readonly<Record<ActivationName, Activation>> = {
  linear: (_build, input) => weightless(input, gradient => gradient),
  // By the result, so that TensorFlow can fold product, bias and ReLU into one kernel.
  relu: pair('Relu', 'ReluGrad', 'y'),
  relu6: pair('Relu6', 'Relu6Grad', 'x'),
  elu: pair('Elu', 'EluGrad', 'y'),
  selu: pair('Selu', 'SeluGrad', 'y'),
  sigmoid: pair('Sigmoid', 'SigmoidGrad', 'y', 'gradient last'),
  tanh: pair('Tanh', 'TanhGrad', 'y', 'gradient last'),
  softplus: pair('Softplus', 'SoftplusGrad', 'x'),
  softsign: pair('Softsign', 'SoftsignGrad', 'x'),
  hardSigmoid,
  swish,
  hardSwish,
  gelu,
};
