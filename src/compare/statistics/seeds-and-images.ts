import {bisect} from 'simple-statistics';
import {
  ALPHA,
  normalQuantile,
  studentQuantile,
  studentTails,
  Z,
  type Interval,
} from './distributions.js';
import {minimumDetectableDifference, POWER} from './minimum-detectable.js';
import {
  pairedEquivalence,
  pairedScoreInterval,
  signFlipTest,
  type PairedCounts,
} from './paired-tests.js';
import {mean} from '../../util/sum.js';

/** The variance of a mean over seeds and images, by source. NaN for one seed or one image. */
export type VarianceParts = {
  readonly seeds: number;
  /** Variance between seeds, with `seeds - 1` degrees of freedom. */
  readonly bySeed: number;
  /** Variance between images that the seeds do not explain; 0 or more. */
  readonly byImage: number;
};

type SeedsAndImages = {
  /** Mean over seeds and images. */
  readonly difference: number;
  /** 95 %. */
  readonly interval: Interval;
  readonly p: number;
  /** What a test of level alpha detects in 80 of 100 cases; NaN where nothing below `most` is. */
  readonly minimumDetectable: (alpha: number) => number;
  /** p of two one-sided tests (Schuirmann 1987) that the difference is smaller than a margin. */
  readonly equivalence: (margin: number) => number;
};

/** What kind of difference is tested; that of two accuracies where nothing is said. */
type DifferenceFacts = {
  /** The most that the prediction of one image can contribute. */
  readonly reach?: number;
  /** The largest difference there can be, 1 for fractions; Infinity where there is none. */
  readonly most?: number;
  /** Whether images contribute -1, 0 or 1; otherwise a few may contribute most of the variance. */
  readonly isProportion?: boolean;
};

/**
 * Tests whether a difference holds for other seeds and other images. Seeds and images are crossed
 * random factors, like readers and cases in a study of radiologists (Obuchowski and Rockette 1995).
 * The seeds' part of the variance uses a quantile of Student's t, the images' part one of the normal
 * distribution, so few seeds never look certain. Where images vary no more than the interaction,
 * this is the paired t test over seeds.
 *
 * Few seeds can agree by chance, so neither p nor the interval is narrower than the images alone
 * allow. For one seed, the images alone decide.
 *
 * @param rows  First minus second, a row per seed: what each image contributes (`Contrast`); for the
 *              accuracy -1, 0 or 1.
 */
export function overSeedsAndImages(
  rows: readonly Row[],
  {reach = 1, most = 1, isProportion = true}: DifferenceFacts = {},
): SeedsAndImages {
  const seeds = rows.length;
  const images = rows[0]?.length ?? 0;
  const sums = sumsByImage(rows, images);
  let [total, discordant] = [0, 0];
  for (const sum of sums) {
    total += sum;
    discordant += (sum / seeds) ** 2;
  }
  const difference = total / (seeds * images);
  const parts = varianceParts(rows);
  const half = halfWidth(parts, ALPHA) || 0;
  const counts = countsLike(difference / reach, discordant / reach ** 2, images);
  const freedom = isProportion ? Infinity : effectiveImages(sums) - 1;
  const wider = isProportion ? 1 : studentQuantile(1 - ALPHA / 2, freedom) / Z;
  const [low, high] = pairedScoreInterval(counts).map(
    edge => difference + wider * (reach * edge - difference),
  ) as [number, number];
  return {
    difference,
    interval: [
      Math.max(-most, Math.min(low, difference - half)),
      Math.min(most, Math.max(high, difference + half)),
    ],
    p: Math.max(signFlipTest(sums, freedom), tails(parts, Math.abs(difference))),
    minimumDetectable: alpha =>
      below(
        most,
        Math.max(
          wider *
            reach *
            minimumDetectableDifference(images, discordant / images / reach ** 2, alpha),
          halfWidth(parts, alpha) + halfWidth(parts, 2 * (1 - POWER)) || 0,
        ),
      ),
    equivalence: margin => {
      const distance = margin - Math.abs(difference);
      if (distance <= 0) return 1;
      return Math.max(pairedEquivalence(counts, margin / reach), tails(parts, distance) / 2);
    },
  };
}

function sumsByImage(rows: readonly Row[], images: number): Float64Array {
  const sums = new Float64Array(images);
  for (const row of rows) for (let image = 0; image < images; image++) sums[image]! += row[image]!;
  return sums;
}

/**
 * How many images with the same contribution would make the variance as uncertain as these do: few,
 * where a few positives decide. At least 2.
 */
function effectiveImages(sums: Float64Array): number {
  let [squares, fourths] = [0, 0];
  for (const sum of sums) {
    const square = sum * sum;
    squares += square;
    fourths += square * square;
  }
  return squares === 0 ? Infinity : Math.max(2, squares ** 2 / fourths);
}

/** Counts with the same mean and mean square as differences in units of what an image can contribute. */
function countsLike(difference: number, discordant: number, images: number): PairedCounts {
  const total = Math.max(discordant, Math.abs(difference) * images);
  return {
    firstOnlyCorrect: (total + difference * images) / 2,
    secondOnlyCorrect: (total - difference * images) / 2,
    images,
  };
}

/** NaN for a difference above `most`: accuracies cannot differ by more than 100 points. */
function below(most: number, difference: number): number {
  return difference <= most ? difference : Number.NaN;
}

/** A number for each image. */
export type Row = Int8Array | Uint8Array | Float64Array;

/**
 * Splits the variance of a mean over seeds and images by source (Fisher's two-way analysis of
 * variance).
 *
 * @param rows A row per seed, a number per image.
 */
export function varianceParts(rows: readonly Row[]): VarianceParts {
  const seeds = rows.length;
  const images = rows[0]?.length ?? 0;
  const imageMeans = new Float64Array(images);
  for (const row of rows)
    for (let image = 0; image < images; image++) imageMeans[image]! += row[image]! / seeds;
  const seedMeans = rows.map(mean);
  const overall = mean(seedMeans);
  let residuals = 0;
  rows.forEach((row, seed) => {
    const seedMean = seedMeans[seed]!;
    for (let image = 0; image < images; image++)
      residuals += (row[image]! - seedMean - imageMeans[image]! + overall) ** 2;
  });
  const seedSquare = (images * squaresAround(overall, seedMeans)) / (seeds - 1);
  const imageSquare = (seeds * squaresAround(overall, imageMeans)) / (images - 1);
  const residualSquare = residuals / ((seeds - 1) * (images - 1));
  const cells = seeds * images;
  return {
    seeds,
    bySeed: seedSquare / cells,
    byImage: Math.max(imageSquare - residualSquare, 0) / cells,
  };
}

/** The sum of the squares of the distances of values from their mean. */
export function squaresAround(centre: number, values: Iterable<number>): number {
  let squares = 0;
  for (const value of values) squares += (value - centre) ** 2;
  return squares;
}

/** Half the width of the interval of level `alpha`. NaN where a part of the variance is NaN, as for one seed. */
export function halfWidth({seeds, bySeed, byImage}: VarianceParts, alpha: number): number {
  const bySeeds = studentQuantile(1 - alpha / 2, seeds - 1);
  const byImages = normalQuantile(1 - alpha / 2);
  return Math.sqrt(bySeeds ** 2 * bySeed + byImages ** 2 * byImage);
}

const LEAST_P = 1e-12;

/** The level at which the interval around the mean just reaches a value at this distance; 0 without variance. */
export function tails(parts: VarianceParts, distance: number): number {
  const {seeds, bySeed, byImage} = parts;
  if (Number.isNaN(bySeed + byImage) || bySeed + byImage === 0) return 0;
  if (distance === 0) return 1;
  if (byImage === 0) return studentTails(distance / Math.sqrt(bySeed), seeds - 1);
  const surplus = (logarithm: number): number => halfWidth(parts, Math.exp(logarithm)) - distance;
  if (surplus(Math.log(LEAST_P)) <= 0) return LEAST_P;
  return Math.exp(bisect(surplus, Math.log(LEAST_P), 0, 100, 1e-10));
}
