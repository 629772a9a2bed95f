import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {
  gradientMethods as methods,
  type GradientMethod,
} from '../../src/experiment/balance-methods.js';
import {gradientWeights} from '../../src/tensorflow/balance/gradient-weights.js';
import {minimumNorm} from '../../src/tensorflow/balance/minimum-norm.js';
import {seededRandom} from '../../src/util/random.js';

/** By test/fixtures/balance/balance.py, with PyTorch and SciPy. */
const {conflicts} = JSON.parse(
  readFileSync(new URL('../fixtures/balance/balance.json', import.meta.url), 'utf8'),
) as {
  conflicts: {gram: number[][]; orders: number[][]; weights: Record<GradientMethod, number[]>};
};

/** Inner products of random vectors with a common part. */
function productsOf(heads: number, size: number, common: number, seed: number): number[][] {
  const random = seededRandom(seed);
  const shared = Array.from({length: size}, () => random() - 0.5);
  const vectors = Array.from({length: heads}, () => {
    const scale = 0.01 + random();
    return shared.map(value => scale * (common * value + random() - 0.5));
  });
  return vectors.map(a => vectors.map(b => a.reduce((sum, value, at) => sum + value * b[at]!, 0)));
}

const ordersOf = (heads: number) => (): number[][] =>
  Array.from({length: heads}, (_, head) => [...Array(heads).keys()].filter(at => at !== head));

describe('the weights of conflicting gradients', () => {
  it.each(methods)('are those that PyTorch and SciPy find (%s)', method => {
    const {gram, orders, weights} = conflicts;
    gradientWeights(method, gram, () => orders).forEach((weight, head) =>
      expect(Math.abs(weight - weights[method][head]!)).toBeLessThan(1e-5),
    );
  });

  it.each(methods)('are finite for 40 heads, of which two are alike, in float32 (%s)', method => {
    for (const common of [0, 0.3, 2]) {
      const products = productsOf(40, 300, common, 3);
      products[1] = [...products[0]!];
      products.forEach(row => (row[1] = row[0]!));
      const rounded = products.map(row => row.map(Math.fround));
      const weights = gradientWeights(method, rounded, ordersOf(40));
      expect(weights.every(Number.isFinite)).toBe(true);
      expect(weights.some(weight => weight > 0)).toBe(true);
    }
  });

  it('are 1 without conflicts, for PCGrad', () => {
    const products = productsOf(9, 50, 4, 1);
    expect(products.flat().every(product => product > 0)).toBe(true);
    expect(gradientWeights('pcgrad', products, ordersOf(9))).toEqual(Array(9).fill(1));
  });

  it('are equal where a method has no answer', () => {
    const alike = [
      [1, 1],
      [1, 1],
    ];
    expect(gradientWeights('imtl-g', alike, ordersOf(2))).toEqual([0.5, 0.5]);
  });
});

describe('the point of smallest norm', () => {
  it('has the same product with every vector that it is made of, and none has a smaller one', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const products = productsOf(2 + (seed % 39), 5 + seed, seed / 20, seed);
      const weights = minimumNorm(products);
      const dots = products.map(row =>
        row.reduce((sum, value, at) => sum + value * weights[at]!, 0),
      );
      const square = dots.reduce((sum, value, at) => sum + value * weights[at]!, 0);
      const scale = Math.max(...products.map((row, at) => row[at]!));
      expect(weights.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 10);
      expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
      dots.forEach((value, at) => {
        expect(value - square).toBeGreaterThan(-1e-10 * scale);
        if (weights[at]! > 0) expect(Math.abs(value - square)).toBeLessThan(1e-10 * scale);
      });
    }
  });
});
