import {bisect} from 'simple-statistics';
import {ALPHA, normalQuantile, studentQuantile} from './distributions.js';

/** The probability that a test detects a difference of the minimum detectable size. */
export const POWER = 0.8;

/**
 * The minimum detectable difference of two accuracies: McNemar's test detects it in 80 of 100
 * cases. Solves the sample size formula of Connor (1987) for the difference. A difference needs at
 * least as many disagreements; where the models disagree less, the formula assumes that many.
 *
 * @param images       Images that both models classified.
 * @param disagreement Fraction of images that exactly one of them classifies correctly, 0 to 1.
 * @param alpha        Level of the test.
 * @returns            0 to 1; NaN where not even a difference of 1 would be detected.
 */
export function minimumDetectableDifference(
  images: number,
  disagreement: number,
  alpha = ALPHA,
): number {
  const level = normalQuantile(1 - alpha / 2);
  const power = normalQuantile(POWER);
  const surplus = (difference: number): number => {
    const discordant = Math.max(disagreement, difference);
    const needed = level * Math.sqrt(discordant) + power * Math.sqrt(discordant - difference ** 2);
    return difference * Math.sqrt(images) - needed;
  };
  if (images === 0 || surplus(1) <= 0) return Number.NaN;
  return bisect(surplus, Number.MIN_VALUE, 1, 200, 1e-12);
}

/** The minimum detectable difference for a standard error. @returns 0 to `most`, else NaN. */
export function minimumDetectableFor(
  standardError: number,
  freedom: number,
  alpha = ALPHA,
  most = 1,
): number {
  const quantiles = studentQuantile(1 - alpha / 2, freedom) + studentQuantile(POWER, freedom);
  const difference = quantiles * standardError;
  return difference <= most ? difference : Number.NaN;
}
