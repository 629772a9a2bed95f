import {binomialDistribution} from 'simple-statistics';
import {chiSquaredTail} from './distributions.js';

/** Below so many disagreements the exact test is used. */
const EXACT_BELOW = 25;

type McNemar = {
  /** Two-sided: how often chance alone would make two equally good models differ this much. */
  readonly p: number;
  readonly method: 'exact binomial' | "chi-squared with Edwards' correction";
  /** Images that exactly one of the two has right. */
  readonly disagreements: number;
};

/**
 * McNemar's test (1947) of two models on the same images: of the images where only one of them is
 * right, does each win as often? Exact below 25 disagreements, else chi-squared with the
 * continuity correction of Edwards (1948), (|b - c| - 1)^2 / (b + c).
 *
 * @param firstOnlyCorrect  Images that only the first classifies correctly.
 * @param secondOnlyCorrect Images that only the second classifies correctly.
 */
export function mcnemar(firstOnlyCorrect: number, secondOnlyCorrect: number): McNemar {
  const disagreements = firstOnlyCorrect + secondOnlyCorrect;
  if (disagreements < EXACT_BELOW) {
    const p = exactTails(Math.min(firstOnlyCorrect, secondOnlyCorrect), disagreements);
    return {p, method: 'exact binomial', disagreements};
  }
  const distance = Math.max(0, Math.abs(firstOnlyCorrect - secondOnlyCorrect) - 1);
  const p = chiSquaredTail(distance ** 2 / disagreements);
  return {p, method: "chi-squared with Edwards' correction", disagreements};
}

/** Twice the lower tail of a fair coin, at most 1. */
function exactTails(fewer: number, disagreements: number): number {
  if (disagreements === 0) return 1;
  const probabilities = binomialDistribution(disagreements, 0.5) ?? [];
  const tail = probabilities.slice(0, fewer + 1).reduce((sum, probability) => sum + probability, 0);
  return Math.min(1, 2 * tail);
}
