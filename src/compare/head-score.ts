import {areaUnderCurve} from './statistics/auc.js';
import {calibrationError, reliability, type ReliabilityBin} from './statistics/calibration.js';
import {confusionOf, type Confusion} from './statistics/confusion.js';
import {ratesOf, type Rates} from './statistics/rates.js';
import {wilsonInterval} from './statistics/wilson.js';
import type {HeadPredictions} from './predictions.js';

/** Metrics of one head of a run, with the weights that it kept; all fractions, 0 to 1. */
export type HeadScore = Rates & {
  /** While training, over the kept epoch. */
  readonly trainAccuracy: number;
  /** Wilson's 95 % confidence interval of the accuracy. */
  readonly ciLow: number;
  readonly ciHigh: number;
  /** Evaluation images. */
  readonly images: number;
  /** Accuracy of always answering the majority class of the evaluation images. */
  readonly baseline: number;
  readonly auc: number;
  /** Expected calibration error over 10 bins. */
  readonly calibrationError: number;
  readonly confusion: Confusion;
  readonly reliability: readonly ReliabilityBin[];
};

export function headScore(predictions: HeadPredictions, trainAccuracy: number): HeadScore {
  const {labels, predicted, probabilities} = predictions;
  const confusion = confusionOf(labels, predicted);
  const correct = confusion.truePositives + confusion.trueNegatives;
  const positives = confusion.truePositives + confusion.falseNegatives;
  const [ciLow, ciHigh] = wilsonInterval(correct, labels.length);
  const bins = reliability(labels, probabilities);
  return {
    ...ratesOf(confusion),
    trainAccuracy,
    ciLow,
    ciHigh,
    images: labels.length,
    baseline: Math.max(positives, labels.length - positives) / labels.length,
    auc: areaUnderCurve(labels, probabilities),
    calibrationError: calibrationError(bins),
    confusion,
    reliability: bins,
  };
}
