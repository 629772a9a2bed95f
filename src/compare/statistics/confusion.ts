/** Images by what they are and what was said of them; 1 is what the head's name says. */
export type Confusion = {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
};

/**
 * Counts the four cases.
 *
 * @param labels    0 or 1 for each image.
 * @param predicted 0 or 1 for each image.
 */
export function confusionOf(labels: Uint8Array, predicted: Uint8Array): Confusion {
  const counts = [0, 0, 0, 0];
  labels.forEach((label, image) => (counts[2 * label + (predicted[image] ?? 0)]! += 1));
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = counts;
  return {
    truePositives: truePositives!,
    falsePositives: falsePositives!,
    trueNegatives: trueNegatives!,
    falseNegatives: falseNegatives!,
  };
}
