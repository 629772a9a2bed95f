import {assertNever} from '../../util/assert-never.js';
import type {NamedOptimizer} from '../optimizer-spec.js';
import type {Attribute, GraphBuilder, Value} from './builder.js';
import type {Variable} from './variables.js';

/** What an update needs: the weight, its slots, its gradient, and the rate of this step. */
type Update = {
  readonly weight: Variable;
  readonly slots: readonly Variable[];
  readonly gradient: Value;
  /** Scalar, fed. */
  readonly rate: Value;
  /** Nodes that must run before. */
  readonly after: readonly string[];
};

/**
 * Writes gradients whose norm, over all weights together, is at most `norm` (Pascanu, Mikolov and Bengio
 * 2013), as Keras's `global_clipnorm`.
 *
 * @param norm undefined leaves the gradients as they are.
 */
export function clipped(
  build: GraphBuilder,
  gradients: ReadonlyMap<string, Value>,
  norm: number | undefined,
): ReadonlyMap<string, Value> {
  if (norm === undefined) return gradients;
  const halves = [...gradients.values()].map(gradient => build.float('L2Loss', [gradient]));
  const half = build.float('AddN', halves, {N: {int: halves.length}});
  const size = build.float('Sqrt', [build.float('Mul', [half, build.constant(2)])]);
  const most = build.constant(norm);
  const factor = build.float('RealDiv', [most, build.float('Maximum', [size, most])]);
  return new Map(
    [...gradients].map(([name, gradient]) => [name, build.float('Mul', [gradient, factor])]),
  );
}

/** Writes w - rate decay w, to run after the gradient, which is that of the weight before. */
export function decay(
  build: GraphBuilder,
  optimizer: NamedOptimizer,
  weight: Variable,
  gradient: Value,
  rate: Value,
): string[] {
  if (optimizer.weightDecay === 0) return [];
  const factor = build.float('Mul', [rate, build.constant(optimizer.weightDecay)]);
  const change = build.float('Mul', [weight.value, factor]);
  return [
    build.node(
      'AssignSubVariableOp',
      [weight.handle, change],
      {dtype: {type: 'float32'}},
      {after: [gradient.node]},
    ).node,
  ];
}

/**
 * Writes average - (average - weight) fraction, with the weight after its update. Returns the node.
 *
 * @param fraction Scalar, fed.
 * @param update   The node that updates the weight.
 */
export function moveAverage(
  build: GraphBuilder,
  average: Variable,
  weight: Variable,
  fraction: Value,
  update: string,
): string {
  const dtype = {dtype: {type: 'float32'}} as const;
  const updated = build.node('ReadVariableOp', [weight.handle], dtype, {after: [update]});
  const distance = build.float('Sub', [average.value, updated]);
  const change = build.float('Mul', [distance, fraction]);
  return build.node('AssignSubVariableOp', [average.handle, change], dtype).node;
}

/** Writes one step of an optimizer on one weight, as one of TensorFlow's ResourceApply kernels. */
export function applyOptimizer(
  build: GraphBuilder,
  optimizer: NamedOptimizer,
  update: Update,
): string {
  const {rate, gradient} = update;
  switch (optimizer.kind) {
    case 'adam': {
      // Kingma and Ba 2015, in the form of their section 2: the rate that is fed holds both bias
      // corrections, so powers of zero switch off the kernel's own.
      const {beta1, beta2, epsilon} = optimizer;
      const none = build.constant(0);
      const numbers = [beta1, beta2, epsilon].map(value => build.constant(value));
      const inputs = [none, none, rate, ...numbers, gradient];
      return applyKernel(build, 'Adam', update, inputs, {use_nesterov: {bool: false}});
    }
    case 'sgd':
      return applyKernel(build, 'GradientDescent', update, [rate, gradient]);
    case 'momentum': {
      // Polyak 1964, or Nesterov's form (Sutskever et al. 2013), as Keras 3 has it: the rate of a
      // step is in the velocity, so that a lower rate slows down only what is added.
      const numbers = [rate, gradient, build.constant(optimizer.momentum)];
      return applyKernel(build, 'KerasMomentum', update, numbers, {
        use_nesterov: {bool: optimizer.nesterov},
      });
    }
    case 'rmsprop': {
      // Tieleman and Hinton 2012, not centred.
      const {decay: factor, momentum, epsilon} = optimizer;
      const numbers = [factor, momentum, epsilon].map(value => build.constant(value));
      return applyKernel(build, 'RMSProp', update, [rate, ...numbers, gradient]);
    }
    default:
      return assertNever(optimizer);
  }
}

function applyKernel(
  build: GraphBuilder,
  name: string,
  {weight, slots, after}: Update,
  numbers: readonly Value[],
  attributes: Readonly<Record<string, Attribute>> = {},
): string {
  const handles = [weight.handle, ...slots.map(({handle}) => handle)];
  const options = {T: {type: 'float32'}, use_locking: {bool: false}, ...attributes} as const;
  return build.node(`ResourceApply${name}`, [...handles, ...numbers], options, {after}).node;
}
