import type {GraphBuilder, Value} from '../builder.js';
import {weightless, type Operation} from './operation.js';

/** The same values in another shape, batch apart; the gradient takes the old one. */
export function reshape(
  build: GraphBuilder,
  input: Value,
  from: readonly number[],
  to: readonly number[],
): Operation {
  return weightless(build.reshape(input, [-1, ...to]), gradient =>
    build.reshape(gradient, [-1, ...from]),
  );
}
