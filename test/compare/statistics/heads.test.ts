import {describe, expect, it} from 'vitest';
import {areaUnderCurve} from '../../../src/compare/statistics/classification.js';
import {calibrationError, reliability} from '../../../src/compare/statistics/classification.js';
import {confusionOf} from '../../../src/compare/statistics/classification.js';
import {ratesOf} from '../../../src/compare/statistics/classification.js';
import {expectClose, values} from '../../helpers/statistics-values.js';

describe.each(values.heads)('the numbers of a head, beside scikit-learn ($auc)', value => {
  const labels = Uint8Array.from(value.labels);
  const probabilities = Float64Array.from(value.probabilities);
  const confusion = confusionOf(
    labels,
    Uint8Array.from(probabilities, p => (p > 0.5 ? 1 : 0)),
  );

  it('count the same cases', () => expect(confusion).toEqual(value.confusion));

  it('have the same rates', () => {
    const rates = ratesOf(confusion);
    for (const name of ['accuracy', 'balancedAccuracy', 'precision', 'recall', 'f1'] as const)
      expectClose(rates[name], value.rates[name]);
  });

  it('have the same area under the curve', () =>
    expectClose(areaUnderCurve(labels, probabilities), value.auc));

  it('have the same reliability curve and calibration error', () => {
    const bins = reliability(labels, probabilities);
    const used = bins.filter(({count}) => count > 0);
    expect(bins.map(({count}) => count)).toEqual(value.counts);
    used.forEach(({fraction}, index) => expectClose(fraction, value.shares[index]!));
    used.forEach(({confidence}, index) => expectClose(confidence, value.confidences[index]!));
    expectClose(calibrationError(bins), value.calibrationError);
  });
});

describe('the numbers of a head', () => {
  it('are not numbers where there is nothing to divide by', () => {
    const allZero = confusionOf(Uint8Array.of(0, 0), Uint8Array.of(0, 0));
    expect(ratesOf(allZero)).toEqual({
      accuracy: 1,
      balancedAccuracy: NaN,
      precision: NaN,
      recall: NaN,
      f1: NaN,
    });
    expect(areaUnderCurve(Uint8Array.of(0, 0), Float64Array.of(0.1, 0.2))).toBeNaN();
    expect(calibrationError(reliability(new Uint8Array(0), new Float64Array(0)))).toBeNaN();
  });

  it('take a probability of 0, of 1, and one that is none', () => {
    const bins = reliability(Uint8Array.of(0, 1, 1), Float64Array.of(0, 1, NaN));
    expect(bins.map(({count}) => count)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(calibrationError(bins)).toBe(0);
  });

  it('have no area under the curve where a probability is not a number, and end all the same', () => {
    expect(areaUnderCurve(Uint8Array.of(0, 1, 1), Float64Array.of(0.2, NaN, 0.9))).toBeNaN();
    expect(areaUnderCurve(Uint8Array.of(0, 1), Float64Array.of(NaN, NaN))).toBeNaN();
  });

  it('call ties half: everything equal is a coin', () => {
    expect(areaUnderCurve(Uint8Array.of(0, 1, 0, 1), new Float64Array(4).fill(0.5))).toBe(0.5);
  });
});
