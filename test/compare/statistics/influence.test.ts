import {describe, expect, it} from 'vitest';
import type {HeadPredictions} from '../../../src/compare/predictions.js';
import {metricsOf} from '../../../src/compare/statistics/classification.js';
import {contrastOf, influenceOf} from '../../../src/compare/statistics/influence.js';
import {metricInterval} from '../../../src/compare/statistics/metric-interval.js';
import {wilsonInterval} from '../../../src/compare/statistics/accuracy-interval.js';
import {headMetricKeys} from '../../../src/experiment/metrics.js';
import {seededRandom} from '../../../src/util/random.js';
import {headPredictions, normal} from '../../helpers/simulated-runs.js';

/** Predictions of 60 images, some with the same probability. */
function predictionsOf(seed: number): HeadPredictions {
  const random = seededRandom(seed);
  const labels = Uint8Array.from({length: 60}, (_, image) => (image % 3 === 0 ? 1 : 0));
  const probabilities = Float64Array.from(
    labels,
    label => Math.round(20 / (1 + Math.exp(-2 * (label - 0.4 + normal(random))))) / 20,
  );
  return headPredictions(labels, probabilities);
}

/** The same images so many times, one of them once more. */
function repeated(predictions: HeadPredictions, times: number, more: number): HeadPredictions {
  const at = Array.from({length: 60 * times + 1}, (_, index) =>
    index === 60 * times ? more : index % 60,
  );
  return {
    labels: Uint8Array.from(at, image => predictions.labels[image]!),
    predicted: Uint8Array.from(at, image => predictions.predicted[image]!),
    probabilities: Float64Array.from(at, image => predictions.probabilities[image]!),
  };
}

describe.each(headMetricKeys)('what an image contributes to %s', metric => {
  const first = predictionsOf(1);
  const second = predictionsOf(2);

  it('is how much the metric changes with the weight of the image', () => {
    const {value, values} = influenceOf(metric, first);
    expect(value).toBeCloseTo(metricsOf(first)[metric], 12);
    const times = 2000;
    for (const image of [0, 1, 7, 30, 59]) {
      const change = metricsOf(repeated(first, times, image))[metric] - value;
      expect(values[image]).toBeCloseTo(change * (60 * times + 1), 2);
    }
  });

  it('adds up to nothing', () => {
    const {values} = influenceOf(metric, first);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 9);
  });

  it('splits the difference of two designs without a rest, within the reach of an image', () => {
    const {values, reach} = contrastOf(metric, first, second);
    const mean = [...values].reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean).toBeCloseTo(metricsOf(first)[metric] - metricsOf(second)[metric], 12);
    for (const value of values) expect(Math.abs(value)).toBeLessThanOrEqual(reach * (1 + 1e-12));
  });

  it('is nothing where both designs predict the same', () => {
    const {values} = contrastOf(metric, first, first);
    expect([...values].every(value => Math.abs(value) < 1e-12)).toBe(true);
  });

  it('is not a number where a metric is not defined, and the interval says so', () => {
    const allZero = headPredictions(new Uint8Array(5), Float64Array.of(0.1, 0.2, 0.3, 0.4, NaN));
    if (metric === 'accuracy') return;
    const influence = influenceOf(metric, allZero);
    expect(influence.value).toBeNaN();
    expect(metricInterval([influence], true)).toEqual([NaN, NaN]);
  });
});

describe('the interval of a metric', () => {
  const predictions = predictionsOf(3);

  it("is Wilson's for the recall of a single run, a proportion of the positives", () => {
    const influence = influenceOf('recall', predictions);
    const interval = metricInterval([influence], true);
    const expected = wilsonInterval(influence.value * 20, 20);
    expect(interval[0]).toBeCloseTo(expected[0], 10);
    expect(interval[1]).toBeCloseTo(expected[1], 10);
  });

  it('is as wide as one of the images that count where nothing is wrong', () => {
    const perfect = headPredictions(
      predictions.labels,
      Float64Array.from(predictions.labels, label => 0.1 + 0.8 * label),
    );
    for (const metric of ['precision', 'recall', 'f1', 'rocAuc', 'prAuc'] as const) {
      const [low, high] = metricInterval([influenceOf(metric, perfect)], true);
      expect(high).toBe(1);
      expect(low).toBeGreaterThan(0.8);
      expect(low).toBeLessThan(0.93);
    }
  });

  it('is never narrower over seeds that agree than that of one run', () => {
    const [low, high] = metricInterval([influenceOf('f1', predictions)], true);
    const [lower, higher] = metricInterval(
      Array.from({length: 5}, () => influenceOf('f1', predictions)),
      true,
    );
    expect(lower).toBeLessThanOrEqual(low + 1e-12);
    expect(lower).toBeCloseTo(low, 2);
    expect(higher).toBeGreaterThanOrEqual(high - 1e-12);
    expect(higher).toBeCloseTo(high, 2);
  });
});
