import {describe, expect, it} from 'vitest';
import {holm} from '../../../src/compare/statistics/paired-tests.js';
import {mcnemar} from '../../../src/compare/statistics/paired-tests.js';
import {
  minimumDetectableDifference,
  minimumDetectableFor,
} from '../../../src/compare/statistics/minimum-detectable.js';
import {expectClose, values} from '../../helpers/statistics-values.js';

describe("McNemar's test", () => {
  it.each(values.mcnemar)(
    'of $firstOnlyCorrect against $secondOnlyCorrect gives the p of statsmodels',
    ({firstOnlyCorrect, secondOnlyCorrect, p}) => {
      expectClose(mcnemar(firstOnlyCorrect, secondOnlyCorrect).p, p);
      expectClose(mcnemar(secondOnlyCorrect, firstOnlyCorrect).p, p);
    },
  );

  // Edwards 1948, in every textbook since: 121 and 59 with the correction give 20.67.
  it('is exact below 25 disagreements, then chi-squared', () => {
    expect(mcnemar(24, 0).method).toBe('exact binomial');
    expect(mcnemar(25, 0).method).toBe("chi-squared with Edwards' correction");
    expectClose(mcnemar(121, 59).p, 5.450094825427117e-6);
  });

  it('shows nothing where the models never disagree', () => {
    expect(mcnemar(0, 0)).toEqual({p: 1, method: 'exact binomial', disagreements: 0});
  });
});

describe("Holm's correction", () => {
  it.each(values.holm)('of $p is that of statsmodels', ({p, corrected}) => {
    holm(p).forEach((value, index) => expectClose(value, corrected[index]!));
  });

  it('leaves out what was not tested', () => {
    expect(holm([0.02, NaN, 0.04])).toEqual([0.04, NaN, 0.04]);
    expect(holm([])).toEqual([]);
  });
});

describe('the minimum detectable difference', () => {
  it.each(values.smallest)(
    'with $images images and $disagreement disagreeing has 80 % power in a search by sample size',
    ({images, disagreement, difference, power}) => {
      expect(minimumDetectableDifference(images, disagreement)).toBeCloseTo(difference, 5);
      // The formula is an approximation; the exact power of what it gives is near what it promises.
      expect(power).toBeGreaterThan(0.79);
      expect(power).toBeLessThan(0.84);
    },
  );

  it('is not larger than the disagreement allows, nor zero for models that agree', () => {
    const [none, few] = [
      minimumDetectableDifference(200, 0),
      minimumDetectableDifference(200, 0.01),
    ];
    expect(none).toBe(few);
    // (1.96 + 0.84 sqrt(1 - d))^2 / 200 = d
    expect(none).toBeCloseTo((1.95996 + 0.84162 * Math.sqrt(1 - none)) ** 2 / 200, 6);
  });

  it('does not exist for a handful of images', () => {
    expect(minimumDetectableDifference(3, 0)).toBeNaN();
    expect(minimumDetectableDifference(0, 0)).toBeNaN();
  });

  it('of more than 100 points does not exist', () => {
    expect(minimumDetectableFor(0.08, 1)).toBeNaN();
    expect(minimumDetectableFor(0.08, 1, 0.05 / 400)).toBeNaN();
  });

  it('over seeds is the classical 2.8 standard errors, and more for few seeds', () => {
    expect(minimumDetectableFor(0.01, Infinity)).toBeCloseTo(0.02802, 5);
    expect(minimumDetectableFor(0.01, 1)).toBeCloseTo(0.1408, 4);
  });
});
