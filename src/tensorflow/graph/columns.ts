import type {GraphBuilder, Value} from './builder.js';

/** Some columns of a matrix. */
export function sliceColumns(
  build: GraphBuilder,
  values: Value,
  from: number,
  count: number,
  dtype: 'float32' | 'uint8',
): Value {
  const range = [build.constant([0, from], 'int32'), build.constant([-1, count], 'int32')];
  return build.node('Slice', [values, ...range], {T: {type: dtype}, Index: {type: 'int32'}});
}

/** One of two columns. */
export function column(build: GraphBuilder, pairs: Value, index: 0 | 1): Value {
  return sliceColumns(build, pairs, index, 1, 'float32');
}

/** Puts values one after another, along an axis. */
export function concatenated(build: GraphBuilder, values: readonly Value[], axis: number): Value {
  if (values.length === 1) return values[0]!;
  return build.node('ConcatV2', [...values, build.constant(axis, 'int32')], {
    N: {int: values.length},
    T: {type: 'float32'},
    Tidx: {type: 'int32'},
  });
}

/** The most probable class of each row, as float32: [rows, 1]. */
export function mostProbable(build: GraphBuilder, logits: Value): Value {
  return build.reshape(build.cast(argMax(build, logits), 'int32', 'float32'), [-1, 1]);
}

/** The most probable class of each row: int32 [rows]. */
export function argMax(build: GraphBuilder, logits: Value): Value {
  return build.node('ArgMax', [logits, build.constant(1, 'int32')], {
    T: {type: 'float32'},
    Tidx: {type: 'int32'},
    output_type: {type: 'int32'},
  });
}
