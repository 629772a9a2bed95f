const RELIABILITY_BINS = 10;

/** Images whose probability of 1 lies in (low, high]; the first also holds 0. */
export type ReliabilityBin = {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Mean probability of 1; NaN in an empty bin. */
  readonly confidence: number;
  /** Fraction of images that are 1; NaN in an empty bin. */
  readonly fraction: number;
};

/**
 * The reliability curve of a head: does what it gives 70 % happen in 70 of 100 cases?
 *
 * @param labels        0 or 1 for each image.
 * @param probabilities Probability of 1 for each image.
 */
export function reliability(
  labels: Uint8Array,
  probabilities: Float64Array,
  bins = RELIABILITY_BINS,
): ReliabilityBin[] {
  const sums = Array.from({length: bins}, () => ({count: 0, probability: 0, ones: 0}));
  probabilities.forEach((probability, image) => {
    const bin = sums[Math.min(bins - 1, Math.max(0, Math.ceil(probability * bins) - 1))];
    if (bin === undefined) return;
    bin.count += 1;
    bin.probability += probability;
    bin.ones += labels[image]!;
  });
  return sums.map(({count, probability, ones}, index) => ({
    low: index / bins,
    high: (index + 1) / bins,
    count,
    confidence: probability / count,
    fraction: ones / count,
  }));
}

/** The curve over several runs with the same bins: as if their images were one set. */
export function addedReliability(runs: readonly (readonly ReliabilityBin[])[]): ReliabilityBin[] {
  const [first = []] = runs;
  return first.map(({low, high}, index) => {
    const own = runs.flatMap(bins => bins[index] ?? []).filter(({count}) => count > 0);
    const count = own.reduce((sum, bin) => sum + bin.count, 0);
    const mean = (value: 'confidence' | 'fraction'): number =>
      own.reduce((sum, bin) => sum + bin.count * bin[value], 0) / count;
    return {low, high, count, confidence: mean('confidence'), fraction: mean('fraction')};
  });
}

/**
 * Expected calibration error (Naeini, Cooper and Hauskrecht 2015): the distance between confidence
 * and fraction over the bins, weighted by their images. 0 is perfect, NaN without images.
 */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  const images = bins.reduce((sum, {count}) => sum + count, 0);
  const distance = bins
    .filter(({count}) => count > 0)
    .reduce(
      (sum, {count, confidence, fraction}) => sum + count * Math.abs(confidence - fraction),
      0,
    );
  return distance / images;
}
