/**
 * Area under the ROC curve from ranks (Hanley and McNeil 1982): how often a random image with the
 * label 1 gets a higher probability than a random one with 0; a tie counts half.
 *
 * @param labels        0 or 1 for each image.
 * @param probabilities Probability of 1 for each image.
 * @returns             0 to 1; NaN without ones, without zeros, or where a probability is NaN.
 */
export function areaUnderCurve(labels: Uint8Array, probabilities: Float64Array): number {
  // NaN has no rank: it would come nowhere in the order, and never end the search for ties.
  if (probabilities.some(Number.isNaN)) return Number.NaN;
  const order = Uint32Array.from(labels.keys()).sort(
    (a, b) => probabilities[a]! - probabilities[b]!,
  );
  let ones = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length;) {
    const value = probabilities[order[start]!];
    let end = start;
    let tiedOnes = 0;
    while (end < order.length && probabilities[order[end]!] === value)
      tiedOnes += labels[order[end++]!]!;
    rankSum += (tiedOnes * (start + 1 + end)) / 2;
    ones += tiedOnes;
    start = end;
  }
  return (rankSum - (ones * (ones + 1)) / 2) / (ones * (labels.length - ones));
}
