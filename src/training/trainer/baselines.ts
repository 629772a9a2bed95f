import type {ImageSet} from '../../data/dataset.js';

/** Returns the accuracy of always predicting the majority class, for each head: 0.5 to 1. */
export function majorityBaselines(set: ImageSet, heads: readonly string[]): Record<string, number> {
  const ones = heads.map(() => 0);
  set.labels.forEach((label, index) => {
    ones[index % heads.length]! += label;
  });
  return Object.fromEntries(
    heads.map((head, index) => {
      const fraction = ones[index]! / set.count;
      return [head, Math.max(fraction, 1 - fraction)];
    }),
  );
}
