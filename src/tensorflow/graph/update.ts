import {assertNever} from '../../util/assert-never.js';
import type {NamedOptimizer} from '../optimizer-spec.js';
import type {GraphBuilder, Value} from './builder.js';
import {adam} from './optimizers/adam.js';
import {momentum} from './optimizers/momentum.js';
import type {Update} from './optimizers/optimizer.js';
import {rmsprop} from './optimizers/rmsprop.js';
import {sgd} from './optimizers/sgd.js';
import type {Variable} from './variables.js';

/** w - rate decay w, once the gradient is known: it is that of the weight before. */
export function decay(
  build: GraphBuilder,
  optimizer: NamedOptimizer,
  weight: Variable,
  gradient: Value,
  rate: Value,
): string[] {
  if (optimizer.weightDecay === 0) return [];
  const share = build.float('Mul', [rate, build.constant(optimizer.weightDecay)]);
  const change = build.float('Mul', [weight.value, share]);
  return [
    build.node(
      'AssignSubVariableOp',
      [weight.handle, change],
      {dtype: {type: 'float32'}},
      {after: [gradient.node]},
    ).node,
  ];
}

export function applyOptimizer(
  build: GraphBuilder,
  optimizer: NamedOptimizer,
  update: Update,
): string {
  switch (optimizer.kind) {
    case 'adam':
      return adam(build, update, optimizer);
    case 'sgd':
      return sgd(build, update);
    case 'momentum':
      return momentum(build, update, optimizer);
    case 'rmsprop':
      return rmsprop(build, update, optimizer);
    default:
      return assertNever(optimizer);
  }
}
