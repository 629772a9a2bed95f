import {headsOfColumns} from '../head-columns.js';
import type {GraphBuilder, Value} from './builder.js';

/** The outputs of all heads, side by side, which one dense layer computes from what they share. */
type SharedOutputs = {
  /** Gradient of the loss by the logits: [batch, columns of all heads]. */
  readonly gradient: Value;
  /** Kernels of all heads: [features, columns of all heads]. */
  readonly kernel: Value;
  /** Number of columns of each head. */
  readonly columns: readonly number[];
};

/**
 * Writes the inner products of the heads' gradients by the shared representation, the values that the heads'
 * layers take: [heads, heads], in float32. Those gradients, g_i = dZ_i W_iᵀ of [batch, features], are never
 * made: <g_i, g_j> is the sum of (dZᵀ dZ) * (Wᵀ W), element by element, over the columns of i and those of j.
 * The gradients are of the losses as trained: with the heads' weights, and each a mean over the batch.
 */
export function gradientProducts(
  build: GraphBuilder,
  {gradient, kernel, columns}: SharedOutputs,
): Value {
  const byColumns = build.float('Mul', [
    crossProducts(build, gradient),
    crossProducts(build, kernel),
  ]);
  const heads = columnOwners(build, columns);
  const rows = multiply(build, byColumns, heads, false);
  return multiply(build, heads, rows, true);
}

/** Writes aᵀ a: the inner products of all columns. */
export function crossProducts(build: GraphBuilder, columns: Value): Value {
  return multiply(build, columns, columns, true);
}

/** 1 where a column belongs to a head, else 0: [columns of all heads, heads]. */
function columnOwners(build: GraphBuilder, columns: readonly number[]): Value {
  const rows = headsOfColumns(columns).map(owner =>
    columns.map((_, head) => (head === owner ? 1 : 0)),
  );
  return build.reshape(build.constant(rows.flat()), [rows.length, columns.length]);
}

/** Computed in float32, also where the network computes in bfloat16. */
function multiply(build: GraphBuilder, a: Value, b: Value, transposeA: boolean): Value {
  return build.keepExact(
    build.float('MatMul', [a, b], {
      transpose_a: {bool: transposeA},
      transpose_b: {bool: false},
    }),
  );
}
