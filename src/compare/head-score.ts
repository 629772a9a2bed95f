import {areaUnderCurve} from './statistics/auc.js';
import {calibrationError, reliability, type ReliabilityBin} from './statistics/calibration.js';
import {confusionOf, type Confusion} from './statistics/confusion.js';
import type {Interval} from './statistics/interval.js';
import {ratesOf, type Rates} from './statistics/rates.js';
import {wilsonInterval} from './statistics/wilson.js';
import type {HeadAnswers} from './predictions.js';

/** What a run says of one head, on the weights that it kept; all shares 0 to 1. */
export type HeadScore = Rates & {
  /** While training, over the kept epoch. */
  readonly trainAccuracy: number;
  /** Wilson's 95 % interval of the accuracy. */
  readonly interval: Interval;
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

export function headScore(answers: HeadAnswers, trainAccuracy: number): HeadScore {
  const {labels, predicted, probabilities} = answers;
  const confusion = confusionOf(labels, predicted);
  const right = confusion.truePositives + confusion.trueNegatives;
  const ones = confusion.truePositives + confusion.falseNegatives;
  const bins = reliability(labels, probabilities);
  return {
    ...ratesOf(confusion),
    trainAccuracy,
    interval: wilsonInterval(right, labels.length),
    images: labels.length,
    baseline: Math.max(ones, labels.length - ones) / labels.length,
    auc: areaUnderCurve(labels, probabilities),
    calibrationError: calibrationError(bins),
    confusion,
    reliability: bins,
  };
}
