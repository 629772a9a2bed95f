import {plainDecision, predictedClass} from '../experiment/decision.js';
import {MISSING} from '../experiment/missing-label.js';
import type {Experiment} from '../experiment/schema.js';
import type {SplitMetrics} from '../runs/events.js';
import {ownValue} from '../util/own-value.js';
import {selectColumn} from '../util/select-column.js';
import type {EvaluationResult} from './evaluate.js';
import {sum} from '../util/sum.js';

const {threshold: HALF} = plainDecision;

/** A number of a head that was chosen on the validation images, and why it may say little. */
type Chosen = {readonly value: number; readonly problem?: string};

/** The limits of a temperature: separable logits have their lowest loss at 0, useless ones at infinity. */
export const TEMPERATURE_LIMITS = {min: 0.1, max: 10} as const;
/** Halvings of the interval of 1 / temperature: enough for every digit of a double. */
const HALVINGS = 60;
const TEMPERATURE_DIGITS = 6;

/**
 * Fits the temperature of a head: the number that its logits are divided by so that the log loss is
 * smallest (Guo, Pleiss, Sun and Weinberger 2017, On Calibration of Modern Neural Networks). The loss is
 * convex in 1 / temperature, so bisection of its derivative finds the one minimum.
 *
 * @param labels  0 or 1 for each image.
 * @param logOdds Logit of 1 minus logit of 0 for each image.
 * @returns       Within `TEMPERATURE_LIMITS`; 1 where the images cannot tell.
 */
export function fitTemperature(labels: Uint8Array, logOdds: Float32Array): Chosen {
  const problem = unusable(labels, logOdds);
  if (problem !== undefined) return {value: 1, problem};
  const {min, max} = TEMPERATURE_LIMITS;
  let [low, high] = [1 / max, 1 / min];
  if (slope(labels, logOdds, high) <= 0) {
    return {
      value: min,
      problem: `its log loss on the validation images still falls at the lower limit of the temperature, ${min}`,
    };
  }
  if (slope(labels, logOdds, low) >= 0) {
    return {
      value: max,
      problem: `its log loss on the validation images still falls at the upper limit of the temperature, ${max}`,
    };
  }
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (slope(labels, logOdds, middle) > 0) high = middle;
    else low = middle;
  }
  return {value: Number((2 / (low + high)).toPrecision(TEMPERATURE_DIGITS))};
}

/** Derivative of the summed log loss by the factor of the log-odds: sum of d (sigmoid(factor d) - label). */
function slope(labels: Uint8Array, logOdds: Float32Array, factor: number): number {
  let sum = 0;
  for (let image = 0; image < labels.length; image++) {
    const value = logOdds[image]!;
    sum += value * (1 / (1 + Math.exp(-factor * value)) - labels[image]!);
  }
  return sum;
}

type Goal = Exclude<Experiment['evaluation']['threshold'], number>;

/**
 * Chooses the threshold of a head that maximises balanced accuracy or F1. All thresholds between two
 * neighbouring probabilities predict the same: the half stands for its interval, every other interval is
 * represented by its middle, rounded to few digits. Of intervals that are equally good, the one whose
 * threshold is nearest to a half is taken; of two at the same distance, the lower.
 *
 * @param labels        0 or 1 for each image.
 * @param probabilities Probability of 1 for each image.
 * @returns             A half where the images cannot tell.
 */
export function chooseThreshold(
  labels: Uint8Array,
  probabilities: Float32Array,
  goal: Goal,
): Chosen {
  const problem = unusable(labels, probabilities);
  if (problem !== undefined) return {value: HALF, problem};
  const order = Uint32Array.from(labels.keys()).sort(
    (a, b) => probabilities[a]! - probabilities[b]!,
  );
  const ones = sum(labels);
  const zeros = labels.length - ones;
  const best = {value: HALF, score: Number.NEGATIVE_INFINITY};
  let [onesBelow, zerosBelow, low] = [0, 0, 0];
  const consider = (high: number): void => {
    if (high <= low) return;
    const value = thresholdBetween(low, high);
    const score = scores[goal]({ones, zeros, onesBelow, zerosBelow});
    const distance = Math.abs(value - HALF) - Math.abs(best.value - HALF);
    if (score > best.score || (score === best.score && distance < 0))
      Object.assign(best, {value, score});
  };
  for (const image of order) {
    const probability = probabilities[image]!;
    consider(probability);
    low = probability;
    if (labels[image] === 1) onesBelow += 1;
    else zerosBelow += 1;
  }
  consider(1);
  return {value: best.value};
}

/** Images by their label, and those of them that a threshold leaves at 0. */
type Counts = {
  readonly ones: number;
  readonly zeros: number;
  readonly onesBelow: number;
  readonly zerosBelow: number;
};

/** What is maximised, so that two equal values are equal to the last bit. */
const scores: Readonly<Record<Goal, (counts: Counts) => number>> = {
  /** Twice the balanced accuracy, times ones and zeros: a whole number. */
  balanced: ({ones, zeros, onesBelow, zerosBelow}) =>
    (ones - onesBelow) * zeros + zerosBelow * ones,
  f1: ({ones, zeros, onesBelow, zerosBelow}) => {
    const truePositives = ones - onesBelow;
    return (2 * truePositives) / (truePositives + (zeros - zerosBelow) + ones);
  },
};

/** Returns a threshold t with low <= t < high: a half if it is one of them, else the rounded middle. */
function thresholdBetween(low: number, high: number): number {
  if (low <= HALF && HALF < high) return HALF;
  const middle = (low + high) / 2;
  for (let digits = 3; digits < 17; digits++) {
    const rounded = Number(middle.toPrecision(digits));
    if (low <= rounded && rounded < high) return rounded;
  }
  return low;
}

/** Why nothing can be chosen from these values; undefined where it can. */
function unusable(labels: Uint8Array, values: Float32Array): string | undefined {
  if (!values.every(Number.isFinite))
    return 'some of its logits on the validation images are not finite';
  if (labels.every(label => label === labels[0]))
    return 'all its validation images are of one class';
  return undefined;
}

const nothing = {loss: Number.NaN, accuracy: Number.NaN};

/** A head of a model with its labels, and its threshold; without one it predicts the most probable class. */
type ThresholdHead = {
  readonly head: string;
  readonly threshold: number | undefined;
  readonly labels: Uint8Array;
};

/**
 * Counts the accuracy of each head at its threshold. Losses do not depend on thresholds.
 *
 * @param heads All heads of the model, in its order.
 */
export function metricsAt(
  heads: readonly ThresholdHead[],
  {metrics, probabilities}: EvaluationResult,
): SplitMetrics {
  const entries = heads.map(({head, threshold, labels}, column) => {
    const images = labels.reduce((sum, label) => sum + (label === MISSING ? 0 : 1), 0);
    const before = ownValue(metrics.heads, head);
    if (threshold === undefined) return [head, before ?? nothing] as const;
    const correct = selectColumn(probabilities, heads.length, column).reduce(
      (sum, value, image) => sum + (predictedClass(value, threshold) === labels[image] ? 1 : 0),
      0,
    );
    const loss = before?.loss ?? Number.NaN;
    return [head, {loss, accuracy: correct / images}] as const;
  });
  return {loss: metrics.loss, heads: Object.fromEntries(entries)};
}
