import type {Confusion} from './confusion.js';

/** Shares, 0 to 1; NaN where there is nothing to divide by. */
export type Rates = {
  readonly accuracy: number;
  /** Mean of the shares of ones and of zeros that were found: 0.5 for always saying the same. */
  readonly balancedAccuracy: number;
  /** Of those called 1, the share that is. */
  readonly precision: number;
  /** Of those that are 1, the share called so. */
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
