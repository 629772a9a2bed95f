import type {HeadMetric} from '../../experiment/metrics.js';
import type {HeadPredictions} from '../predictions.js';
import {sum} from '../../util/sum.js';

/** Images counted by their label and their predicted label; 1 is positive. */
export type Confusion = {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
};

/**
 * Counts the four cells of a confusion matrix.
 *
 * @param labels    0 or 1 for each image.
 * @param predicted 0 or 1 for each image.
 */
export function confusionOf(labels: Uint8Array, predicted: Uint8Array): Confusion {
  const counts = [0, 0, 0, 0];
  for (let image = 0; image < labels.length; image++)
    counts[2 * labels[image]! + predicted[image]!]! += 1;
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = counts;
  return {
    truePositives: truePositives!,
    falsePositives: falsePositives!,
    trueNegatives: trueNegatives!,
    falseNegatives: falseNegatives!,
  };
}

/** The cells of a head that has not two classes. */
export const noConfusion: Confusion = {
  ...{truePositives: Number.NaN, falsePositives: Number.NaN},
  ...{trueNegatives: Number.NaN, falseNegatives: Number.NaN},
};

/** The confusion matrix of a head with more than two classes. */
export type ClassMatrix = {
  readonly names: readonly string[];
  /** Images by true class (rows) and predicted class (columns). */
  readonly matrix: readonly (readonly number[])[];
};

/** Counts images by true class (rows) and predicted class (columns). */
export function matrixOf(labels: Uint8Array, predicted: Uint8Array, classes: number): number[][] {
  const matrix = Array.from({length: classes}, () => new Array<number>(classes).fill(0));
  labels.forEach((label, image) => (matrix[label]![predicted[image]!]! += 1));
  return matrix;
}

/** Fractions, 0 to 1; NaN where there is nothing to divide by. */
export type Rates = {
  readonly accuracy: number;
  /** Mean of the recalls of ones and of zeros: 0.5 for always predicting the same. */
  readonly balancedAccuracy: number;
  /** Fraction of the images predicted as 1 whose label is 1. */
  readonly precision: number;
  /** Fraction of the images with label 1 that are predicted as 1. */
  readonly recall: number;
  /** Harmonic mean of precision and recall. */
  readonly f1: number;
};

export function ratesOf(confusion: Confusion): Rates {
  const {truePositives, falsePositives, trueNegatives, falseNegatives} = confusion;
  const ones = truePositives + falseNegatives;
  const zeros = trueNegatives + falsePositives;
  const recall = truePositives / ones;
  return {
    accuracy: (truePositives + trueNegatives) / (ones + zeros),
    balancedAccuracy: (recall + trueNegatives / zeros) / 2,
    precision: truePositives / (truePositives + falsePositives),
    recall,
    f1: (2 * truePositives) / (2 * truePositives + falsePositives + falseNegatives),
  };
}

/** Most of the time of a comparison is sorting, and several metrics need the same order. */
const orders = new WeakMap<Float64Array, Uint32Array>();

/**
 * Positions of the images, the highest probability first.
 *
 * @param probabilities Sorted once: they must not change afterwards.
 * @returns undefined where a probability is NaN, which has no rank.
 */
export function descendingOrder(probabilities: Float64Array): Uint32Array | undefined {
  // A NaN would never end a loop over ties.
  if (probabilities.some(Number.isNaN)) return undefined;
  const sorted = orders.get(probabilities);
  if (sorted !== undefined) return sorted;
  const order = new Uint32Array(probabilities.length);
  for (let image = 0; image < order.length; image++) order[image] = image;
  order.sort((a, b) => probabilities[b]! - probabilities[a]!);
  orders.set(probabilities, order);
  return order;
}

/**
 * Calls `visit` for each group of images with the same probability: positions from start to end - 1, of
 * which `ones` have the label 1.
 */
export function forEachTie(
  order: Uint32Array,
  {labels, probabilities}: Pick<HeadPredictions, 'labels' | 'probabilities'>,
  visit: (start: number, end: number, ones: number) => void,
): void {
  for (let start = 0; start < order.length;) {
    const value = probabilities[order[start]!];
    let end = start;
    let ones = 0;
    while (end < order.length && probabilities[order[end]!] === value)
      ones += labels[order[end++]!]!;
    visit(start, end, ones);
    start = end;
  }
}

/**
 * Area under the ROC curve from ranks (Hanley and McNeil 1982): how often a random positive
 * image gets a higher probability than a random negative one; a tie counts half.
 *
 * @param labels        0 or 1 for each image.
 * @param probabilities Probability of 1 for each image.
 * @returns             0 to 1; NaN without ones, without zeros, or where a probability is NaN.
 */
export function areaUnderCurve(
  labels: Uint8Array,
  probabilities: Float64Array,
  order = descendingOrder(probabilities),
): number {
  if (order === undefined) return Number.NaN;
  let ones = 0;
  let rankSum = 0;
  forEachTie(order, {labels, probabilities}, (start, end, tiedOnes) => {
    // The lowest probability has rank 1; ties have the mean of their ranks.
    rankSum += (tiedOnes * (2 * order.length + 1 - start - end)) / 2;
    ones += tiedOnes;
  });
  return (rankSum - (ones * (ones + 1)) / 2) / (ones * (labels.length - ones));
}

/**
 * Average precision, as scikit-learn's `average_precision_score`: the precision at each threshold,
 * weighted by the recall that the threshold adds. It does not interpolate, so it is not the
 * trapezoidal area under the precision-recall curve, which is too optimistic.
 *
 * @returns 0 to 1; NaN without ones, or where a probability is NaN.
 */
function averagePrecision(
  labels: Uint8Array,
  probabilities: Float64Array,
  order = descendingOrder(probabilities),
): number {
  if (order === undefined) return Number.NaN;
  let ones = 0;
  let sum = 0;
  forEachTie(order, {labels, probabilities}, (_start, end, tiedOnes) => {
    ones += tiedOnes;
    sum += (tiedOnes * ones) / end;
  });
  return sum / ones;
}

/**
 * Mean squared distance of the probability of 1 from the label (Brier 1950). 0 is perfect.
 *
 * @returns 0 to 1; NaN without images, or where a probability is NaN.
 */
function brierScore(labels: Uint8Array, probabilities: Float64Array): number {
  let sum = 0;
  for (let image = 0; image < labels.length; image++)
    sum += (probabilities[image]! - labels[image]!) ** 2;
  return sum / labels.length;
}

/** Every metric of a head; NaN where it has nothing to divide by. */
export function metricsOf(head: HeadPredictions): Readonly<Record<HeadMetric, number>> {
  const {labels, predicted, probabilities, classes} = head;
  if (classes !== undefined) return classMetrics(matrixOf(labels, predicted, classes.length));
  const order = descendingOrder(probabilities);
  return {
    ...ratesOf(confusionOf(labels, predicted)),
    rocAuc: areaUnderCurve(labels, probabilities, order),
    prAuc: averagePrecision(labels, probabilities, order),
    brier: brierScore(labels, probabilities),
    ece: calibrationError(reliability(labels, probabilities)),
  };
}

/**
 * The metrics of a head with more than two classes: accuracy, the mean recall and the mean F1 (macro F1) of
 * the classes that the images have, as scikit-learn computes them. The others need two classes.
 */
function classMetrics(
  matrix: readonly (readonly number[])[],
): Readonly<Record<HeadMetric, number>> {
  const rows = matrix.map(sum);
  const columns = matrix.map((_, name) => sum(matrix.map(row => row[name]!)));
  const present = [...rows.keys()].filter(name => rows[name]! > 0);
  const right = (name: number): number => matrix[name]![name]!;
  const mean = (value: (name: number) => number): number =>
    sum(present.map(value)) / present.length;
  const none = Number.NaN;
  return {
    accuracy: sum(present.map(right)) / sum(rows),
    balancedAccuracy: mean(name => right(name) / rows[name]!),
    f1: mean(name => (2 * right(name)) / (rows[name]! + columns[name]!)),
    ...{precision: none, recall: none, rocAuc: none, prAuc: none, brier: none, ece: none},
  };
}

const RELIABILITY_BINS = 10;

/** Images whose probability of 1 lies in (low, high]; the first also holds 0. */
export type ReliabilityBin = {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Mean probability of 1; NaN in an empty bin. */
  readonly confidence: number;
  /** Fraction of images that are 1; NaN in an empty bin. */
  readonly fraction: number;
};

/** Index of the bin that a probability lies in; NaN for NaN. */
export function binOf(probability: number, bins = RELIABILITY_BINS): number {
  return Math.min(bins - 1, Math.max(0, Math.ceil(probability * bins) - 1));
}

/**
 * The reliability curve of a head: of the images with a predicted probability of 70 %, are 70 % positive?
 *
 * @param labels        0 or 1 for each image.
 * @param probabilities Probability of 1 for each image.
 */
export function reliability(
  labels: Uint8Array,
  probabilities: Float64Array,
  bins = RELIABILITY_BINS,
): ReliabilityBin[] {
  const sums = Array.from({length: bins}, () => ({count: 0, probability: 0, ones: 0}));
  for (let image = 0; image < probabilities.length; image++) {
    const probability = probabilities[image]!;
    const bin = sums[binOf(probability, bins)];
    if (bin === undefined) continue;
    bin.count += 1;
    bin.probability += probability;
    bin.ones += labels[image]!;
  }
  return sums.map(({count, probability, ones}, index) => ({
    low: index / bins,
    high: (index + 1) / bins,
    count,
    confidence: probability / count,
    fraction: ones / count,
  }));
}

/** Pools the curves of several runs, which have the same bins. */
export function pooledReliability(runs: readonly (readonly ReliabilityBin[])[]): ReliabilityBin[] {
  const [first = []] = runs;
  return first.map(({low, high}, index) => {
    const bins = runs.flatMap(run => run[index] ?? []).filter(({count}) => count > 0);
    const count = sum(bins.map(bin => bin.count));
    const mean = (value: 'confidence' | 'fraction'): number =>
      bins.reduce((sum, bin) => sum + bin.count * bin[value], 0) / count;
    return {low, high, count, confidence: mean('confidence'), fraction: mean('fraction')};
  });
}

/**
 * Expected calibration error (Naeini, Cooper and Hauskrecht 2015): the distance between confidence
 * and fraction over the bins, weighted by their images. 0 is perfect, NaN without images.
 */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  const images = sum(bins.map(({count}) => count));
  const distance = bins
    .filter(({count}) => count > 0)
    .reduce(
      (sum, {count, confidence, fraction}) => sum + count * Math.abs(confidence - fraction),
      0,
    );
  return distance / images;
}
