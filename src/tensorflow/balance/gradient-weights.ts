import type {GradientMethod} from '../../experiment/balance-methods.js';
import {assertNever} from '../../util/assert-never.js';
import {linearSolve} from './linear-solve.js';
import {dot, minimumNorm, timesVector, type Products} from './minimum-norm.js';

/** How far CAGrad may go from the mean gradient, as a fraction of its norm: as its authors set it. */
const CAGRAD_RADIUS = 0.4;
/** The exponent of FairGrad's fairness: that of the authors' script for CelebA. */
const FAIRNESS = 2;

/**
 * Weighs gradients against each other; the weighted sum of the gradients is what the method makes of them.
 *
 * @param products Their inner products.
 * @param orders   For each gradient the others, in the order in which PCGrad compares it with them.
 * @returns        One weight for each; equal ones where the method has no answer.
 */
export function gradientWeights(
  method: GradientMethod,
  products: Products,
  orders: () => readonly (readonly number[])[],
): number[] {
  const weights = weightsBy(method, products, orders);
  return weights.every(Number.isFinite) ? weights : products.map(() => 1 / products.length);
}

function weightsBy(
  method: GradientMethod,
  products: Products,
  orders: () => readonly (readonly number[])[],
): number[] {
  switch (method) {
    case 'pcgrad':
      return surgery(products, orders());
    case 'mgda-ub':
      // Sener and Koltun 2018: the point of smallest norm among all convex combinations; their upper
      // bound takes the gradients by the representation.
      return minimumNorm(products);
    case 'cagrad':
      return conflictAverse(products);
    case 'imtl-g':
      return impartial(products);
    case 'nash':
      return bargained(products);
    case 'fairgrad':
      return fair(products, 1 / FAIRNESS);
    default:
      return assertNever(method);
  }
}

/**
 * PCGrad (Yu et al. 2020, algorithm 1): each gradient loses its part along every other one that it conflicts with,
 * one after another; the sum of all is taken. Without conflicts every weight is 1.
 */
function surgery(products: Products, orders: readonly (readonly number[])[]): number[] {
  const weights = products.map(() => 0);
  orders.forEach((order, gradient) => {
    const parts = products.map((_, at) => (at === gradient ? 1 : 0));
    const dots = [...products[gradient]!];
    for (const against of order) {
      const row = products[against]!;
      if (dots[against]! >= 0) continue;
      const factor = dots[against]! / row[against]!;
      parts[against]! -= factor;
      row.forEach((value, at) => (dots[at]! -= factor * value));
    }
    parts.forEach((part, at) => (weights[at]! += part));
  });
  return weights;
}

/** The search for CAGrad's norm ends at this relative distance, or after so many steps. */
const NORM_TOLERANCE = 1e-10;
const NORM_STEPS = 60;

/**
 * CAGrad (Liu et al. 2021, algorithm 1, without rescaling): with the mean gradient g0, d = g0 + c |g0| g_w / |g_w| for
 * the convex combination g_w that minimises g_w g0 + c |g0| |g_w|. Since |g_w| is the minimum over t of
 * (|g_w|² / t + t) / 2, the combination is that of smallest norm of the gradients g_i + t / (c |g0|) g0, for the t that
 * is |g_w|.
 */
function conflictAverse(products: Products): number[] {
  const mean = products.map(() => 1 / products.length);
  const byMean = timesVector(products, mean);
  const square = dot(byMean, mean);
  const radius = CAGRAD_RADIUS * Math.sqrt(Math.max(0, square));
  let weights: number[] | undefined;
  const normAt = (t: number): number => {
    const shift = t / radius;
    const shifted = products.map((row, i) =>
      row.map((value, j) => value + shift * (byMean[i]! + byMean[j]!) + shift * shift * square),
    );
    weights = minimumNorm(shifted, weights);
    return Math.sqrt(Math.max(0, dot(timesVector(products, weights), weights)));
  };
  const longest = Math.sqrt(Math.max(...products.map((row, at) => row[at]!)));
  const norm = crossing(normAt, longest);
  return mean.map((part, at) => part + (radius / norm) * weights![at]!);
}

/** Finds t with f(t) = t, where f(t) / t falls and f is at most `most`: false position, as Illinois has it. */
function crossing(f: (t: number) => number, most: number): number {
  let [low, high] = [0, most];
  let [above, below] = [f(low) - low, f(high) - high];
  let side = 0;
  for (let step = 0; step < NORM_STEPS && above > 0 && below < 0; step++) {
    const t = (low * below - high * above) / (below - above);
    const value = f(t);
    const difference = value - t;
    if (Math.abs(difference) <= NORM_TOLERANCE * most) return value;
    if (difference > 0) {
      if (side === 1) below /= 2;
      [low, above, side] = [t, difference, 1];
    } else {
      if (side === -1) above /= 2;
      [high, below, side] = [t, difference, -1];
    }
  }
  return f((low + high) / 2);
}

/**
 * IMTL-G (Liu et al. 2021): the sum of the weights is 1, and the combined gradient has the same projection on
 * every gradient. So Gram times the weights is proportional to the norms.
 */
function impartial(products: Products): number[] {
  const norms = products.map((row, at) => Math.sqrt(row[at]!));
  const solved = linearSolve(products, norms);
  const sum = solved.reduce((total, value) => total + value, 0);
  return solved.map(value => value / sum);
}

/** Nash-MTL (Navon et al. 2022): Gram α = 1 / α, with Gram divided by its Frobenius norm as in the authors' code. */
function bargained(products: Products): number[] {
  const norm = Math.sqrt(products.reduce((sum, row) => sum + dot(row, row), 0));
  return fair(
    products.map(row => row.map(value => value / norm)),
    1,
  );
}

const NEWTON_STEPS = 100;
const NEWTON_TOLERANCE = 1e-13;

/**
 * Solves Gram x = x^-p for positive x (FairGrad, Ban and Ji 2024, section 4.2, where p is 1 / α; with p = 1 Nash-MTL):
 * the only minimum of the convex xᵀ Gram x / 2 - sum of ψ(x) with ψ'(x) = x^-p, by Newton's method with shorter
 * steps where the whole one leads too far.
 */
function fair(products: Products, p: number): number[] {
  const sumOf = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0);
  const utility = (x: number): number => (p === 1 ? Math.log(x) : x ** (1 - p) / (1 - p));
  const cost = (x: readonly number[]): number =>
    dot(timesVector(products, x), x) / 2 - sumOf(x.map(utility));
  let x = products.map((row, at) => row[at]! ** (-1 / (1 + p)));
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const gradient = timesVector(products, x).map((value, at) => value - x[at]! ** -p);
    const hessian = products.map((row, i) =>
      row.map((value, j) => (i === j ? value + p * x[i]! ** (-p - 1) : value)),
    );
    const change = linearSolve(hessian, gradient);
    const decrement = dot(gradient, change);
    const before = cost(x);
    // The largest part of the step that keeps a hundredth of each number.
    let length = 1 / Math.max(1, ...change.map((value, at) => value / (0.99 * x[at]!)));
    let next = moved(x, change, length);
    while (cost(next) > before - 1e-4 * length * decrement && length > 1e-10) {
      length /= 2;
      next = moved(x, change, length);
    }
    x = next;
    if (!(decrement > NEWTON_TOLERANCE * Math.abs(before))) break;
  }
  return x;
}

function moved(x: readonly number[], change: readonly number[], length: number): number[] {
  return x.map((value, at) => value - length * change[at]!);
}
