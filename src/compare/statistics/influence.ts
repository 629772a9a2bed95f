import type {HeadMetric} from '../../experiment/metrics.js';
import {labelled, labelledPair, positionsOfLabelled, spread} from '../labelled-images.js';
import type {HeadPredictions} from '../predictions.js';
import type {Row} from './seeds-and-images.js';
import {binOf, descendingOrder, forEachTie, reliability} from './classification.js';
import {sum} from '../../util/sum.js';

/**
 * What each image contributes to a metric. The accuracy is a mean over images, so its tests need no
 * more than the images. Every other metric is nearly one: its influence function (Hampel 1974) says
 * how much it changes with the weight of an image, and the mean square of that over the images is
 * its variance (the infinitesimal jackknife, Jaeckel 1972; for ROC-AUC that of DeLong 1988). So all
 * metrics share the tests and intervals of the accuracy, without thousands of resamples.
 */

/** A metric of a head on some images. */
export type Influence = {
  /** NaN where the metric is not defined for these images. */
  readonly value: number;
  /** For each image; the mean is 0. The variance of the metric is the sum of squares over n^2. */
  readonly values: Float64Array;
  /** Images that the metric counts: those with the label 1 for recall, all for accuracy. */
  readonly counted: number;
};

/** A sum over the images, divided by another. y: label, p: predicted label, q: probability of 1. */
type Ratio = {
  readonly numerator: (y: number, p: number, q: number) => number;
  readonly denominator: (y: number, p: number) => number;
};

const always = (): number => 1;

/** The metrics that are ratios of sums, or a mean of two. */
const ratios: Readonly<Partial<Record<HeadMetric, readonly Ratio[]>>> = {
  accuracy: [{numerator: (y, p) => (y === p ? 1 : 0), denominator: always}],
  balancedAccuracy: [
    {numerator: (y, p) => y * p, denominator: y => y},
    {numerator: (y, p) => (1 - y) * (1 - p), denominator: y => 1 - y},
  ],
  precision: [{numerator: (y, p) => y * p, denominator: (_, p) => p}],
  recall: [{numerator: (y, p) => y * p, denominator: y => y}],
  f1: [{numerator: (y, p) => 2 * y * p, denominator: (y, p) => y + p}],
  brier: [{numerator: (y, _, q) => (q - y) ** 2, denominator: always}],
};

/** The influence of each image on a metric of a head; 0 of one whose label is missing. */
export function influenceOf(metric: HeadMetric, predictions: HeadPredictions): Influence {
  const positions = positionsOfLabelled(predictions);
  if (positions !== undefined) {
    const {value, values, counted} = influenceOf(metric, labelled(predictions));
    return {value, values: spread(values, positions, predictions.labels.length), counted};
  }
  const terms = termsOf(metric, predictions);
  if (terms !== undefined) return ratioInfluence(terms, predictions);
  if (predictions.classes !== undefined) return undefinedInfluence(predictions.labels.length);
  if (metric === 'ece') return calibrationInfluence(predictions);
  return metric === 'rocAuc' ? rocInfluence(predictions) : precisionInfluence(predictions);
}

/** The ratios that a metric is the mean of; undefined for one that is none. */
function termsOf(
  metric: HeadMetric,
  {labels, classes}: HeadPredictions,
): readonly Ratio[] | undefined {
  if (classes === undefined || metric === 'accuracy') return ratios[metric];
  if (metric !== 'balancedAccuracy' && metric !== 'f1') return undefined;
  // Those that the images have, as in `classMetrics`.
  const present = [...new Set(labels)];
  return present.map((name): Ratio => {
    const is = (label: number): number => (label === name ? 1 : 0);
    return metric === 'f1'
      ? {numerator: (y, p) => 2 * is(y) * is(p), denominator: (y, p) => is(y) + is(p)}
      : {numerator: (y, p) => is(y) * is(p), denominator: y => is(y)};
  });
}

function ratioInfluence(
  terms: readonly Ratio[],
  {labels, predicted, probabilities}: HeadPredictions,
): Influence {
  const images = labels.length;
  const values = new Float64Array(images);
  let value = 0;
  let counted = Infinity;
  for (const ratio of terms) {
    const [numerator, denominator] = sumsOf(ratio, {labels, predicted, probabilities});
    const quotient = numerator / denominator;
    const scale = images / denominator / terms.length;
    value += quotient / terms.length;
    // F1 counts an image with the label 1 that is predicted as 1 twice.
    counted = Math.min(counted, denominator, images);
    for (let image = 0; image < images; image++) {
      const [y, p, q] = [labels[image]!, predicted[image]!, probabilities[image]!];
      values[image]! += scale * (ratio.numerator(y, p, q) - quotient * ratio.denominator(y, p));
    }
  }
  return {value, values, counted};
}

function sumsOf(
  ratio: Ratio,
  {labels, predicted, probabilities}: HeadPredictions,
): [numerator: number, denominator: number] {
  let numerator = 0;
  let denominator = 0;
  for (let image = 0; image < labels.length; image++) {
    const [y, p] = [labels[image]!, predicted[image]!];
    numerator += ratio.numerator(y, p, probabilities[image]!);
    denominator += ratio.denominator(y, p);
  }
  return [numerator, denominator];
}

const undefinedInfluence = (images: number): Influence => ({
  value: Number.NaN,
  values: new Float64Array(images).fill(Number.NaN),
  counted: 0,
});

/** The structural components of DeLong, DeLong and Clarke-Pearson (1988). */
function rocInfluence({labels, probabilities}: HeadPredictions): Influence {
  const images = labels.length;
  const order = descendingOrder(probabilities);
  const ones = sum(labels);
  const zeros = images - ones;
  if (order === undefined || ones === 0 || zeros === 0) return undefinedInfluence(images);
  /** For a positive the fraction of negatives below it, for a negative of positives above it. */
  const placements = new Float64Array(images);
  let value = 0;
  let onesAbove = 0;
  let zerosAbove = 0;
  forEachTie(order, {labels, probabilities}, (start, end, tiedOnes) => {
    const tiedZeros = end - start - tiedOnes;
    const forOne = (zeros - zerosAbove - tiedZeros / 2) / zeros;
    const forZero = (onesAbove + tiedOnes / 2) / ones;
    for (let at = start; at < end; at++)
      placements[order[at]!] = labels[order[at]!] === 1 ? forOne : forZero;
    value += (tiedOnes * forOne) / ones;
    onesAbove += tiedOnes;
    zerosAbove += tiedZeros;
  });
  const values = placements.map(
    (placement, image) => (images / (labels[image] === 1 ? ones : zeros)) * (placement - value),
  );
  return {value, values, counted: Math.min(ones, zeros)};
}

/** The derivative of the average precision by the weight of each image. */
function precisionInfluence({labels, probabilities}: HeadPredictions): Influence {
  const images = labels.length;
  const order = descendingOrder(probabilities);
  const total = sum(labels);
  if (order === undefined || total === 0) return undefinedInfluence(images);
  const ties: {start: number; end: number; ones: number; precision: number}[] = [];
  let ones = 0;
  let value = 0;
  forEachTie(order, {labels, probabilities}, (start, end, tiedOnes) => {
    ones += tiedOnes;
    const precision = ones / end;
    value += (tiedOnes * precision) / total;
    ties.push({start, end, ones: tiedOnes, precision});
  });
  const values = new Float64Array(images);
  // An image counts in the precision of every positive at or below its probability.
  let perImage = 0;
  let lost = 0;
  for (const {start, end, ones: tiedOnes, precision} of ties.reverse()) {
    perImage += tiedOnes / end;
    lost += (tiedOnes * precision) / end;
    for (let at = start; at < end; at++) {
      const image = order[at]!;
      values[image] = (images / total) * (labels[image]! * (precision - value + perImage) - lost);
    }
  }
  return {value, values, counted: total};
}

/** Within a bin, an image pulls the sum of probability minus label to its side. */
function calibrationInfluence({labels, probabilities}: HeadPredictions): Influence {
  const images = labels.length;
  const bins = reliability(labels, probabilities);
  const signs = bins.map(({confidence, fraction}) => Math.sign(confidence - fraction) || 0);
  const values = new Float64Array(images);
  let value = 0;
  for (let image = 0; image < images; image++) {
    const probability = probabilities[image]!;
    values[image] = (signs[binOf(probability)] ?? Number.NaN) * (probability - labels[image]!);
    value += values[image]! / images;
  }
  if (images === 0) value = Number.NaN;
  return {value, values: values.map(part => part - value), counted: images};
}

/** The difference of two designs in a metric, first minus second, image by image. */
export type Contrast = {
  /** The mean over the images is the difference. */
  readonly values: Row;
  /** The most that the prediction of one image can add to `values`. */
  readonly reach: number;
};

/**
 * Splits a difference among the images. For ratios the split is exact, and an image that both designs
 * predict alike has no part in it; for rank metrics it is the difference of the influences.
 *
 * @param influences The influences on both, where the caller has them.
 */
export function contrastOf(
  metric: HeadMetric,
  first: HeadPredictions,
  second: HeadPredictions,
  influences = (): readonly [Influence, Influence] => [
    influenceOf(metric, first),
    influenceOf(metric, second),
  ],
): Contrast {
  const {pair, positions} = labelledPair(first, second);
  if (positions !== undefined) {
    const {values, reach} = contrastOf(metric, ...pair);
    const images = first.labels.length;
    return {
      values: spread(values, positions, images),
      reach: (reach * images) / positions.length,
    };
  }
  const terms = termsOf(metric, first);
  if (terms === undefined) return influenceContrast(...influences());
  const images = first.labels.length;
  const values = new Float64Array(images);
  const flips = [0, 0];
  for (const ratio of terms) {
    const [n1, d1] = sumsOf(ratio, first);
    const [n2, d2] = sumsOf(ratio, second);
    // n1/d1 - n2/d2 = ((n1 - n2) - middle (d1 - d2)) / ((d1 + d2) / 2), which is a sum over images.
    const middle = (n1 / d1 + n2 / d2) / 2;
    const scale = images / ((d1 + d2) / 2) / terms.length;
    for (let image = 0; image < images; image++) {
      const y = first.labels[image]!;
      const [p1, p2] = [first.predicted[image]!, second.predicted[image]!];
      const numerator =
        ratio.numerator(y, p1, first.probabilities[image]!) -
        ratio.numerator(y, p2, second.probabilities[image]!);
      values[image]! +=
        scale * (numerator - middle * (ratio.denominator(y, p1) - ratio.denominator(y, p2)));
    }
    for (const y of [0, 1])
      flips[y]! +=
        scale *
        (ratio.numerator(y, 1, 1) -
          ratio.numerator(y, 0, 0) -
          middle * (ratio.denominator(y, 1) - ratio.denominator(y, 0)));
  }
  if (metric === 'brier' || first.classes !== undefined) return {values, reach: largest(values)};
  return {values, reach: Math.max(...flips.map(Math.abs))};
}

function influenceContrast(first: Influence, second: Influence): Contrast {
  const difference = first.value - second.value;
  const values = new Float64Array(first.values.length);
  for (let image = 0; image < values.length; image++)
    values[image] = first.values[image]! - second.values[image]! + difference;
  return {values, reach: largest(values)};
}

/** The largest size; 1, the most that a probability can differ, where all are 0. */
export function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
  return most === 0 ? 1 : most;
}
