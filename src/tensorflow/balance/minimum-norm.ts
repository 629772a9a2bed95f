import {linearSolve} from './linear-solve.js';

/** Inner products of vectors: symmetric, a row for each. */
export type Products = readonly (readonly number[])[];

/** Relative to the largest square: below it, a difference is rounding. */
const TOLERANCE = 1e-12;
/** Cycles for each vector; the algorithm takes about one. */
const CYCLES = 10;

/**
 * Finds the point of smallest norm in the convex hull of vectors, by Wolfe's algorithm (Wolfe 1976, Finding the
 * nearest point in a polytope): it ends after finitely many steps, with the solution to rounding.
 *
 * @param products Their inner products.
 * @param start    Weights from which it starts, such as those of a similar problem.
 * @returns        A weight for each vector, 0 or more; their sum is 1.
 */
export function minimumNorm(products: Products, start?: readonly number[]): number[] {
  const scale = Math.max(...products.map((row, at) => row[at]!));
  if (!(scale > 0)) return products.map(() => 1 / products.length);
  let weights = [...(start ?? shortest(products))];
  let active = indicesOf(weights, weight => weight > 0);
  for (let cycle = 0; cycle < CYCLES * products.length; cycle++) {
    ({weights, active} = withinHull(products, scale, weights, active));
    const against = timesVector(products, weights);
    const square = dot(against, weights);
    const next = against.indexOf(Math.min(...against));
    if (square - against[next]! <= TOLERANCE * scale || active.includes(next)) break;
    active = [...active, next];
  }
  return weights;
}

/** Moves to the point of smallest norm in the affine hull of the active vectors, as far as weights stay positive. */
function withinHull(
  products: Products,
  scale: number,
  from: readonly number[],
  candidates: readonly number[],
): {weights: number[]; active: number[]} {
  let weights = [...from];
  let active = [...candidates];
  for (;;) {
    // Of the affine hull of any vectors: (1 1ᵀ + Gram) v = 1, divided by its sum.
    const matrix = active.map(i => active.map(j => 1 + products[i]![j]! / scale));
    const solved = linearSolve(
      matrix,
      active.map(() => 1),
    );
    const sum = solved.reduce((total, value) => total + value, 0);
    const goal = solved.map(value => value / sum);
    if (active.length === 1 || !goal.every(Number.isFinite)) return {weights, active};
    if (goal.every(value => value > TOLERANCE)) {
      weights = weights.map(() => 0);
      active.forEach((vector, at) => (weights[vector] = goal[at]!));
      return {weights, active};
    }
    const steps = active.map((vector, at) =>
      goal[at]! > TOLERANCE ? 1 : weights[vector]! / (weights[vector]! - goal[at]!),
    );
    const step = Math.min(...steps);
    const leaving = active[steps.indexOf(step)]!;
    active.forEach((vector, at) => (weights[vector]! += step * (goal[at]! - weights[vector]!)));
    weights[leaving] = 0;
    active = active.filter(vector => vector !== leaving);
  }
}

/** All weight on the shortest vector. */
function shortest(products: Products): number[] {
  const squares = products.map((row, at) => row[at]!);
  const least = squares.indexOf(Math.min(...squares));
  return squares.map((_, at) => (at === least ? 1 : 0));
}

function indicesOf(values: readonly number[], matches: (value: number) => boolean): number[] {
  return values.flatMap((value, at) => (matches(value) ? [at] : []));
}

export function timesVector(products: Products, vector: readonly number[]): number[] {
  return products.map(row => dot(row, vector));
}

export function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}
