import {describe, expect, it} from 'vitest';
import type {HeadPredictions} from '../../../src/compare/predictions.js';
import {headMetrics} from '../../../src/compare/run-metrics.js';
import {outcomesOf} from '../../../src/compare/contrast-tests.js';
import {metricsOf} from '../../../src/compare/statistics/classification.js';
import {contrastOf, influenceOf} from '../../../src/compare/statistics/influence.js';
import {seededRandom} from '../../../src/util/random.js';

const names = ['cat', 'dog', 'bird'];

function predictions(labels: readonly number[], predicted: readonly number[]): HeadPredictions {
  return {
    labels: Uint8Array.from(labels),
    predicted: Uint8Array.from(predicted),
    probabilities: Float64Array.from(labels, () => 0.5),
    classes: names,
  };
}

function random(seed: number, right: number): HeadPredictions {
  const draw = seededRandom(seed);
  const labels = Array.from({length: 300}, (_, image) => (image * 7) % 3);
  return predictions(
    labels,
    labels.map(label => (draw() < right ? label : Math.floor(draw() * 3))),
  );
}

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('a head with three classes', () => {
  it('has the accuracy, mean recall and macro F1 of scikit-learn', () => {
    // sklearn.metrics: f1_score(average='macro') 0.65555…, balanced_accuracy_score 0.66666…
    const metrics = metricsOf(predictions([0, 0, 1, 1, 2, 2], [0, 1, 1, 1, 2, 0]));
    expect(metrics.accuracy).toBeCloseTo(4 / 6, 12);
    expect(metrics.balancedAccuracy).toBeCloseTo(2 / 3, 12);
    expect(metrics.f1).toBeCloseTo((0.5 + 0.8 + 2 / 3) / 3, 12);
    for (const metric of ['precision', 'recall', 'rocAuc', 'prAuc', 'brier', 'ece'] as const)
      expect(metrics[metric]).toBeNaN();
  });

  it('has a confusion matrix of three by three and the majority of all classes', () => {
    const metrics = headMetrics(predictions([0, 0, 0, 1, 2, 2], [0, 1, 0, 1, 2, 0]), 1);
    expect(metrics.classes).toEqual({
      names,
      matrix: [
        [2, 1, 0],
        [0, 1, 0],
        [1, 0, 1],
      ],
    });
    expect(metrics.baseline).toBe(0.5);
    expect(metrics.confusion.truePositives).toBeNaN();
  });

  it.each(['accuracy', 'balancedAccuracy', 'f1'] as const)(
    'splits %s and differences in it among the images',
    metric => {
      const [first, second] = [random(1, 0.8), random(2, 0.5)];
      const influence = influenceOf(metric, first);
      expect(influence.value).toBeCloseTo(metricsOf(first)[metric], 12);
      expect(mean(influence.values)).toBeCloseTo(0, 12);
      const difference = metricsOf(first)[metric] - metricsOf(second)[metric];
      expect(mean(contrastOf(metric, first, second).values)).toBeCloseTo(difference, 12);
    },
  );

  it('counts images that both designs get wrong for neither', () => {
    const [first, second] = [
      predictions([0, 0, 0, 0], [0, 1, 1, 0]),
      predictions([0, 0, 0, 0], [1, 2, 0, 0]),
    ];
    expect([...outcomesOf(first, second)]).toEqual([1, 0, -1, 0]);
  });
});
