import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {predictedClass} from '../../src/experiment/decision.js';
import {chooseThreshold, fitTemperature, TEMPERATURE_LIMITS} from '../../src/training/decisions.js';
import {
  areaUnderCurve,
  calibrationError,
  reliability,
} from '../../src/compare/statistics/classification.js';
import {seededRandom} from '../../src/util/random.js';

const bits = (text: string): Uint8Array => Uint8Array.from(text, Number);
const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** Mean log loss of log-odds that are divided by a temperature. */
function logLoss(labels: Uint8Array, logOdds: Float32Array, temperature: number): number {
  const losses = [...labels].map((label, image) => {
    const value = (label === 1 ? -1 : 1) * (logOdds[image]! / temperature);
    return value > 30 ? value : Math.log1p(Math.exp(value));
  });
  return losses.reduce((sum, value) => sum + value, 0) / labels.length;
}

/** Images whose log-odds are right, but `factor` times too large. */
function confidentImages(count: number, factor: number) {
  const random = seededRandom(7);
  const truth = Array.from({length: count}, () => 6 * random() - 3);
  return {
    labels: Uint8Array.from(truth, value => (random() < sigmoid(value) ? 1 : 0)),
    logOdds: Float32Array.from(truth, value => factor * value),
  };
}

describe('a temperature', () => {
  it.each([
    ['images of one class', bits('1111'), [1, 2, 3, 4], 'of one class'],
    ['no images', bits(''), [], 'of one class'],
    ['a logit that is not a number', bits('0101'), [1, 2, Number.NaN, 4], 'not finite'],
    ['a logit that is infinite', bits('0101'), [1, 2, Infinity, 4], 'not finite'],
  ])('stays 1 for %s, and says why', (_, labels, logOdds, problem) => {
    const chosen = fitTemperature(labels, Float32Array.from(logOdds));
    expect(chosen.value).toBe(1);
    expect(chosen.problem).toContain(problem);
  });

  it('stops at its lower limit for separable images, whose loss falls for ever', () => {
    const chosen = fitTemperature(bits('0011'), Float32Array.of(-2, -1, 1, 2));
    expect(chosen.value).toBe(TEMPERATURE_LIMITS.min);
    expect(chosen.problem).toContain('lower limit of the temperature, 0.1');
  });

  it('stops at its upper limit for logits that say the opposite of the labels', () => {
    const chosen = fitTemperature(bits('1100'), Float32Array.of(-2, -1, 1, 2));
    expect(chosen.value).toBe(TEMPERATURE_LIMITS.max);
    expect(chosen.problem).toContain('upper limit of the temperature, 10');
  });

  it.each([0.4, 1, 2.5])('finds by how much the logits are too large: %d times', factor => {
    const {labels, logOdds} = confidentImages(20_000, factor);
    const {value, problem} = fitTemperature(labels, logOdds);
    expect(problem).toBeUndefined();
    expect(Math.abs(value / factor - 1)).toBeLessThan(0.05);
  });

  it('has the lowest log loss of all temperatures', () => {
    const {labels, logOdds} = confidentImages(300, 3);
    const {value} = fitTemperature(labels, logOdds);
    const best = logLoss(labels, logOdds, value);
    for (const other of [0.1, 0.5, 0.9 * value, 0.999 * value, 1.001 * value, 1.1 * value, 1, 10])
      expect(logLoss(labels, logOdds, other)).toBeGreaterThan(best);
  });

  it('lowers calibration error and Brier score of logits that are too large, and not the AUC', () => {
    const {labels, logOdds} = confidentImages(5000, 3);
    const {value} = fitTemperature(labels, logOdds);
    const at = (temperature: number) => {
      const probabilities = Float64Array.from(logOdds, odds => sigmoid(odds / temperature));
      const squares = probabilities.map((each, image) => (each - labels[image]!) ** 2);
      return {
        brier: squares.reduce((sum, square) => sum + square, 0) / labels.length,
        error: calibrationError(reliability(labels, probabilities)),
        auc: areaUnderCurve(labels, probabilities),
      };
    };
    const [before, after] = [at(1), at(value)];
    expect(after.brier).toBeLessThan(before.brier - 0.01);
    expect(after.error).toBeLessThan(before.error / 2);
    expect(after.auc).toBe(before.auc);
  });

  it('never makes the log loss worse and never reorders images', () => {
    const image = fc.tuple(fc.integer({min: 0, max: 1}), fc.integer({min: -900, max: 900}));
    fc.assert(
      fc.property(fc.array(image, {minLength: 1, maxLength: 40}), images => {
        const labels = Uint8Array.from(images, ([label]) => label);
        const logOdds = Float32Array.from(images, ([, value]) => value / 100);
        const {value} = fitTemperature(labels, logOdds);
        expect(value).toBeGreaterThanOrEqual(TEMPERATURE_LIMITS.min);
        expect(value).toBeLessThanOrEqual(TEMPERATURE_LIMITS.max);
        const [before, after] = [logLoss(labels, logOdds, 1), logLoss(labels, logOdds, value)];
        expect(after).toBeLessThanOrEqual(before + 1e-9);
        const auc = (temperature: number): number =>
          areaUnderCurve(
            labels,
            Float64Array.from(logOdds, odds => sigmoid(odds / temperature)),
          );
        // With a low temperature a probability of 1 - 1e-17 is 1 and ties with its neighbours.
        if (value >= 1) expect(auc(value)).toEqual(auc(1));
      }),
    );
  });
});

type Score = (labels: Uint8Array, predicted: readonly number[]) => number;

const balanced: Score = (labels, predicted) => {
  const recall = (of: number): number => {
    const images = [...labels.keys()].filter(image => labels[image] === of);
    return images.filter(image => predicted[image] === of).length / images.length;
  };
  return (recall(0) + recall(1)) / 2;
};

const f1: Score = (labels, predicted) => {
  const hits = [...labels].filter((label, image) => label === 1 && predicted[image] === 1).length;
  const positives = predicted.reduce((sum, value) => sum + value, 0);
  return (2 * hits) / (positives + labels.reduce((sum, label) => sum + label, 0));
};

describe('a threshold', () => {
  it.each([
    ['images of one class', bits('000'), [0.1, 0.7, 0.9], 'of one class'],
    ['a probability that is not a number', bits('011'), [0.1, Number.NaN, 0.9], 'not finite'],
  ])('stays a half for %s, and says why', (_, labels, probabilities, problem) => {
    for (const goal of ['balanced', 'f1'] as const) {
      const chosen = chooseThreshold(labels, Float32Array.from(probabilities), goal);
      expect(chosen.value).toBe(0.5);
      expect(chosen.problem).toContain(problem);
    }
  });

  it('is a half where a half is as good as the best', () => {
    const probabilities = Float32Array.of(0.1, 0.2, 0.8, 0.9);
    expect(chooseThreshold(bits('0011'), probabilities, 'balanced')).toEqual({value: 0.5});
  });

  it('is the middle between the neighbours of the best cut, in few digits', () => {
    const probabilities = Float32Array.of(0.05, 0.1, 0.3, 0.35);
    expect(chooseThreshold(bits('0011'), probabilities, 'f1')).toEqual({value: 0.2});
  });

  it('is between two probabilities that differ in their last digit', () => {
    const [low, high] = [Math.fround(0.3), Math.fround(0.3 + 2 ** -25)];
    const {value} = chooseThreshold(bits('01'), Float32Array.of(low, high), 'balanced');
    expect([predictedClass(low, value), predictedClass(high, value)]).toEqual([0, 1]);
  });

  it('is the nearer to a half of two that are equally good, and the lower of two as near', () => {
    const labels = bits('0101');
    const far = Float32Array.of(0.05, 0.15, 0.75, 0.8);
    expect(chooseThreshold(labels, far, 'balanced')).toEqual({value: 0.775});
    const asFar = Float32Array.of(0.125, 0.375, 0.625, 0.875);
    expect(chooseThreshold(labels, asFar, 'balanced')).toEqual({value: 0.25});
  });

  it('may predict 1 for every image, which is the best F1 of useless probabilities', () => {
    const {value} = chooseThreshold(bits('1000'), Float32Array.of(0.2, 0.3, 0.4, 0.6), 'f1');
    expect(value).toBe(0.1);
  });

  it.each([
    ['balanced', balanced],
    ['f1', f1],
  ] as const)('is at least as good as every other threshold for %s', (goal, score) => {
    const image = fc.tuple(fc.integer({min: 0, max: 1}), fc.integer({min: 0, max: 20}));
    fc.assert(
      fc.property(fc.array(image, {minLength: 2, maxLength: 25}), images => {
        const labels = Uint8Array.from(images, ([label]) => label);
        const probabilities = Float32Array.from(images, ([, value]) => value / 20);
        const {value, problem} = chooseThreshold(labels, probabilities, goal);
        if (problem !== undefined) return;
        const scoreAt = (threshold: number): number =>
          score(
            labels,
            [...probabilities].map(each => predictedClass(each, threshold)),
          );
        for (let other = 0; other <= 1; other += 0.0125)
          expect(scoreAt(value)).toBeGreaterThanOrEqual(scoreAt(other) - 1e-12);
      }),
    );
  });
});
