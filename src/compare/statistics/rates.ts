import type {Confusion} from './confusion.js';

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
