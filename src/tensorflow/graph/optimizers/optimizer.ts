import type {Attribute, GraphBuilder, Value} from '../builder.js';
import type {Variable} from '../variables.js';

/** What an update needs: the weight, its slots, its gradient, and the rate of this step. */
export type Update = {
  readonly weight: Variable;
  readonly slots: readonly Variable[];
  readonly gradient: Value;
  /** Scalar, fed. */
  readonly rate: Value;
  /** Nodes that must have run before. */
  readonly after: readonly string[];
};

/** One of TensorFlow's ResourceApply kernels; returns its node. */
export function applyKernel(
  build: GraphBuilder,
  op: string,
  {weight, slots, after}: Update,
  numbers: readonly Value[],
  attributes: Readonly<Record<string, Attribute>> = {},
): string {
  const handles = [weight.handle, ...slots.map(({handle}) => handle)];
  const options = {T: {type: 'float32'}, use_locking: {bool: false}, ...attributes} as const;
  return build.node(op, [...handles, ...numbers], options, {after}).node;
}
