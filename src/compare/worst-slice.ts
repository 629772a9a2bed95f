import {mean, sampleStandardDeviation} from 'simple-statistics';
import {MISSING} from '../experiment/missing-label.js';
import {countOutcomes, outcomesOf, testContrasts} from './contrast-tests.js';
import type {PairedGroups} from './pair-runs.js';
import {largeSlices, slicedRuns, type SlicedRuns} from './sliced-runs.js';
import {normalTails, Z} from './statistics/distributions.js';
import {minimumDetectableFor} from './statistics/minimum-detectable.js';
import type {Contrast} from './statistics/influence.js';
import {resampleSlices} from './statistics/resample-slices.js';
import type {NotCompared, UnadjustedTest} from './test-results.js';

/** The worst slices of two designs: each in its own, on one head. */
type WorstPair = {
  /** Indexes of the slices: the first design's and the second's. */
  readonly slices: readonly [number, number];
  /** Difference of the lowest accuracies in each resample. */
  readonly resampled: readonly number[];
};

/**
 * Tests the difference of two designs in the accuracy of their worst slices, for every head. Images
 * and seeds are both random: each contributes to the difference as it counts in the two slices. Which
 * slice is the worst is random, too, so the whole procedure is repeated on resampled images and seeds,
 * and the test is never more certain than the spread of those allows.
 *
 * @returns The tests of the heads of both, or why there are none.
 */
export function testWorstSlices(paired: PairedGroups): readonly UnadjustedTest[] | NotCompared {
  const sliced = slicedRuns(paired.pairs);
  const large = sliced === undefined ? [] : largeSlices(sliced.places);
  if (sliced === undefined || large.length === 0) return {reason: 'no common slices'};
  const worst = worstPairs(sliced, large);
  return paired.heads.flatMap(head => {
    const index = sliced.heads.indexOf(head);
    return index < 0 ? [] : (testOf(head, paired, sliced, worst[index]!) ?? []);
  });
}

/** Accuracy of a design in a slice, by seed. */
type AccuracyIn = (seed: number, head: number, design: number, slice: number) => number;

function worstPairs(sliced: SlicedRuns, large: readonly number[]): WorstPair[] {
  const {heads, places, seeds, sameImages} = sliced;
  const resampled = heads.map(() => [] as number[]);
  resampleSlices(seeds, places.length, sameImages, (head, ratesIn) => {
    const lowest = (design: number): number => {
      const accuracies = large.map(slice => ratesIn(design, slice).accuracy);
      return Math.min(...accuracies.filter(value => !Number.isNaN(value)));
    };
    resampled[head]!.push(lowest(0) - lowest(1));
  });
  const accuracyIn = accuraciesOf(sliced);
  return heads.map((_, head) => {
    const overSeeds = (design: number, slice: number): number =>
      mean(seeds.map((_seed, seed) => accuracyIn(seed, head, design, slice)));
    const worstOf = (design: number): number =>
      large.reduce((worst, slice) =>
        overSeeds(design, slice) < overSeeds(design, worst) ? slice : worst,
      );
    return {slices: [worstOf(0), worstOf(1)], resampled: resampled[head]!};
  });
}

function accuraciesOf({seeds, places}: SlicedRuns): AccuracyIn {
  return (seed, head, design, slice) => {
    const {labels, predicted} = seeds[seed]!.heads[head]!;
    const images = knownOf(places[slice]!.positions[seed]!, labels);
    let right = 0;
    for (const image of images) if (labels[image] === predicted[design]![image]) right += 1;
    return right / images.length;
  };
}

/** The images whose label is known. */
function knownOf(images: Uint32Array, labels: Uint8Array): Uint32Array {
  return images.filter(image => labels[image] !== MISSING);
}

function testOf(
  head: string,
  {pairs, folds}: PairedGroups,
  sliced: SlicedRuns,
  {slices, resampled}: WorstPair,
): UnadjustedTest | undefined {
  const index = sliced.heads.indexOf(head);
  const outcomes = pairs.map(([first, second]) =>
    outcomesOf(first.predictions.heads.get(head)!, second.predictions.heads.get(head)!),
  );
  const facts = {
    head,
    part: pairs[0]![0].predictions.part,
    images: sliced.seeds[0]!.images,
    folds,
    ...countOutcomes(outcomes),
    firstSlice: sliced.places[slices[0]]!.name,
    secondSlice: sliced.places[slices[1]]!.name,
  };
  const contrasts = pairs.map((_, seed) => contrastOf(sliced, seed, index, slices));
  const test = testContrasts(facts, contrasts, pairs);
  return test === undefined ? undefined : withSpread(test, resampled);
}

/** What each image contributes to the difference; the mean over the images is the difference. */
function contrastOf(
  sliced: SlicedRuns,
  seed: number,
  head: number,
  [first, second]: readonly [number, number],
): Contrast {
  const {images, heads} = sliced.seeds[seed]!;
  const {labels, predicted} = heads[head]!;
  const accuracyIn = accuraciesOf(sliced);
  const isCorrect = (design: number, image: number): number =>
    predicted[design]![image] === labels[image] ? 1 : 0;
  const firstImages = knownOf(sliced.places[first]!.positions[seed]!, labels);
  const secondImages = knownOf(sliced.places[second]!.positions[seed]!, labels);
  const reach = images / Math.min(firstImages.length, secondImages.length);
  const values = new Float64Array(images);
  if (first === second) {
    for (const image of firstImages)
      values[image] = reach * (isCorrect(0, image) - isCorrect(1, image));
    return {values, reach};
  }
  const accuracies = [accuracyIn(seed, head, 0, first), accuracyIn(seed, head, 1, second)] as const;
  values.fill(accuracies[0] - accuracies[1]);
  for (const image of firstImages)
    values[image]! += (images / firstImages.length) * (isCorrect(0, image) - accuracies[0]);
  for (const image of secondImages)
    values[image]! -= (images / secondImages.length) * (isCorrect(1, image) - accuracies[1]);
  return {values, reach};
}

/** The test with no more certainty than the spread of the resampled differences allows. */
function withSpread(test: UnadjustedTest, resampled: readonly number[]): UnadjustedTest {
  const differences = resampled.filter(Number.isFinite);
  const spread = differences.length < 2 ? 0 : sampleStandardDeviation(differences);
  if (spread === 0) return test;
  const {difference, ciLow, ciHigh, p, method, minimumDetectable} = test;
  return {
    ...test,
    ciLow: Math.max(-1, Math.min(ciLow, difference - Z * spread)),
    ciHigh: Math.min(1, Math.max(ciHigh, difference + Z * spread)),
    p: Math.max(p, normalTails(difference / spread)),
    method: `${method}; worst slices in resampled images and seeds (Efron)`,
    minimumDetectable: alpha =>
      Math.max(minimumDetectable(alpha), minimumDetectableFor(spread, Infinity, alpha)),
  };
}
