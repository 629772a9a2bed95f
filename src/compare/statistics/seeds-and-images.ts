import {studentQuantile, studentTails} from './distributions.js';
import {ALPHA, type Interval} from './interval.js';

export type SeedsAndImages = {
  /** Mean over seeds and images. */
  readonly difference: number;
  /** 95 %. */
  readonly interval: Interval;
  readonly p: number;
  readonly standardError: number;
  /** Degrees of freedom of Student's t; Infinity where only the images count. */
  readonly freedom: number;
};

/**
 * Does a difference hold for other seeds and for other images? Every seed is tried on every image,
 * as every reader reads every case in a study of radiologists, and is tested as there: readers and
 * cases both random (Obuchowski and Rockette 1995, degrees of freedom of Hillis 2007). Where the
 * images vary no more than seeds times images do, this is the paired t test over seeds.
 *
 * Few seeds can seem to agree by chance; so the error is never taken to be smaller than that of
 * the same seeds on other images.
 *
 * @param rows First minus second for each seed: -1, 0 or 1 for each image. Two seeds or more.
 */
export function overSeedsAndImages(rows: readonly Int8Array[]): SeedsAndImages {
  const seeds = rows.length;
  const images = rows[0]?.length ?? 0;
  const {difference, bySeed, byImage, byBoth} = meanSquares(rows);
  const cells = seeds * images;
  const error = bySeed + Math.max(byImage - byBoth, 0);
  const both = tested(difference, error / cells, error ** 2 / (bySeed ** 2 / (seeds - 1)));
  const imagesOnly = tested(difference, byImage / cells, Number.POSITIVE_INFINITY);
  return width(both) > width(imagesOnly) ? both : imagesOnly;
}

/** Mean squares of a two-way table with one number in each cell (Fisher's analysis of variance). */
function meanSquares(rows: readonly Int8Array[]): {
  difference: number;
  bySeed: number;
  byImage: number;
  byBoth: number;
} {
  const seeds = rows.length;
  const images = rows[0]?.length ?? 0;
  const imageMeans = new Float64Array(images);
  for (const row of rows) row.forEach((value, image) => (imageMeans[image]! += value / seeds));
  const seedMeans = rows.map(row => row.reduce((sum, value) => sum + value, 0) / images);
  const difference = seedMeans.reduce((sum, value) => sum + value, 0) / seeds;
  const squared = (sum: number, value: number): number => sum + (value - difference) ** 2;
  let residuals = 0;
  rows.forEach((row, seed) =>
    row.forEach((value, image) => {
      residuals += (value - seedMeans[seed]! - imageMeans[image]! + difference) ** 2;
    }),
  );
  return {
    difference,
    bySeed: (images * seedMeans.reduce(squared, 0)) / (seeds - 1),
    byImage: (seeds * imageMeans.reduce(squared, 0)) / (images - 1),
    byBoth: residuals / ((seeds - 1) * (images - 1)),
  };
}

function tested(difference: number, variance: number, freedom: number): SeedsAndImages {
  const standardError = Math.sqrt(variance);
  if (standardError === 0 || Number.isNaN(freedom)) {
    const p = difference === 0 ? 1 : Number.NaN;
    return {difference, interval: [difference, difference], p, standardError, freedom};
  }
  const half = studentQuantile(1 - ALPHA / 2, freedom) * standardError;
  return {
    difference,
    interval: [difference - half, difference + half],
    p: studentTails(difference / standardError, freedom),
    standardError,
    freedom,
  };
}

function width({interval}: SeedsAndImages): number {
  return interval[1] - interval[0];
}
