import type {DataDefinition, SplitDefinition} from '../experiment/schema.js';
import {thousands} from '../util/format.js';
import {deriveSeed, type Random, seededRandom, shuffled} from '../util/random.js';
import type {Catalogue} from './catalogue.js';
import {dataError} from './layouts/text-file.js';
import {choosePeople, imagesByPerson} from './people.js';
import {
  classesAt,
  headColumns,
  positionsByPart,
  type SplitPositions,
  strataOf,
  stratumName,
  TooFewImages,
} from './sampling.js';

type CountedSplit = Extract<SplitDefinition, {train: number}>;
type OfficialSplit = Extract<SplitDefinition, {by: string}>;
type FoldedSplit = Extract<SplitDefinition, {folds: number}>;

const MORE_IMAGES = 'Take more images with data.sampling, or fewer with data.split.';

/**
 * Divides the sampled images: none is in two parts, and with `groupBy` no person is.
 *
 * @param identities The person in each image of the catalogue; only `groupBy` needs it.
 */
export function splitImages(
  catalogue: Catalogue,
  sampled: readonly number[],
  definition: DataDefinition,
  seed: number,
  identities: Int32Array | undefined,
): SplitPositions {
  const {split} = definition;
  if ('by' in split) return officialSplit(catalogue, sampled, split, seed);
  const people =
    split.groupBy === undefined ? undefined : imagesByPerson(catalogue, sampled, identities);
  if ('folds' in split)
    return foldSplit(
      people ?? sampled.map(position => [position]),
      stratumFinder(catalogue, sampled, definition),
      split,
      seed,
    );
  assertEnough(sampled, split);
  const random = seededRandom(deriveSeed(seed, 'split'));
  return people === undefined
    ? countedSplit(sampled, split, random)
    : peopleSplit(people, split, random);
}

function assertEnough(sampled: readonly number[], {train, validation, test = 0}: CountedSplit) {
  if (train + validation + test <= sampled.length) return;
  const [names, numbers] =
    test === 0
      ? ['train + validation', `${train} + ${validation}`]
      : ['train + validation + test', `${train} + ${validation} + ${test}`];
  throw new TooFewImages(
    `data.split: Expected ${names} of at most ${sampled.length}, the images of the sample; received ${numbers}.`,
    MORE_IMAGES,
  );
}

/** A test part changes neither of the others. */
function countedSplit(
  sampled: readonly number[],
  {train, validation, test = 0}: CountedSplit,
  random: Random,
): SplitPositions {
  const order = shuffled(sampled, random);
  const testFrom = train + validation;
  return {
    train: order.slice(0, train),
    validation: order.slice(train, testFrom),
    test: order.slice(testFrom, testFrom + test),
  };
}

/**
 * Parts of the exact counts, each of whole people. A person whose images do not all fit is in one
 * part with some of them; the others are left out.
 */
function peopleSplit(
  people: readonly (readonly number[])[],
  {train, validation, test = 0}: CountedSplit,
  random: Random,
): SplitPositions {
  const forTest = choosePeople(shuffled(people, random), test);
  const forValidation = choosePeople(forTest.rest, validation);
  const trainable = forValidation.rest.flat();
  if (trainable.length >= train) {
    return {
      train: trainable.slice(0, train),
      validation: forValidation.images,
      test: forTest.images,
    };
  }
  const counts = test === 0 ? `${validation} images` : `${validation} and ${test} images`;
  throw new TooFewImages(
    `data.split: with groupBy: identity, validation${test === 0 ? '' : ' and test'} of ${counts} leave ${trainable.length} images of other people of the sample, which shows ${thousands(people.length)} people. Expected ${train} to train on.`,
    `Use --set data.split.train=${Math.max(1, trainable.length)} or less, or take more images with data.sampling: a few must be left over, because a person is never in two parts.`,
  );
}

/** Returns the stratum of a position; without a balanced sample, all are in one. */
function stratumFinder(
  catalogue: Catalogue,
  sampled: readonly number[],
  {heads, sampling, split}: DataDefinition,
): (position: number) => number {
  if (sampling.strategy !== 'balanced' || !('folds' in split)) return () => 0;
  const strata = strataOf(catalogue, headColumns(catalogue, heads), sampled);
  const [smallest] = [...strata.entries()].sort(([, a], [, b]) => a.length - b.length);
  if (smallest !== undefined && smallest[1].length < split.folds) {
    const [stratum, {length}] = smallest;
    throw new TooFewImages(
      `data.split.folds: Expected at most ${length}, the images of the sample with ${stratumName(
        stratum,
        heads,
        headColumns(catalogue, heads).map(column => classesAt(catalogue, column)),
      )}; received ${split.folds}.`,
      'Use fewer folds, or a larger data.sampling.perStratum.',
    );
  }
  const stratumOf = new Map<number, number>();
  strata.forEach((images, stratum) => images.forEach(image => stratumOf.set(image, stratum)));
  return position => stratumOf.get(position) ?? 0;
}

/**
 * The parts of one fold: its images are the test part; of the others, `validation` images choose the
 * epoch and all the rest train. The folds follow from the seed alone, so the runs of all folds agree
 * on them, and each image is in the test part of one.
 *
 * @param units Images that stay together: those of a person, or single ones.
 */
function foldSplit(
  units: readonly (readonly number[])[],
  stratumOf: (position: number) => number,
  {folds, fold = 1, validation, groupBy}: FoldedSplit,
  seed: number,
): SplitPositions {
  if (units.length < folds) {
    throw new TooFewImages(
      `data.split.folds: Expected at most ${units.length}, the ${groupBy === undefined ? 'images' : 'people'} of the sample; received ${folds}.`,
      'Use fewer folds, or take more images with data.sampling.',
    );
  }
  const order = shuffled(units, seededRandom(deriveSeed(seed, 'split')));
  const foldOf = dealFolds(order, stratumOf, folds);
  const test = order.filter((_, unit) => foldOf[unit] === fold - 1).flat();
  const untested = shuffled(
    order.filter((_, unit) => foldOf[unit] !== fold - 1),
    seededRandom(deriveSeed(seed, `split/${fold}`)),
  );
  const {images, rest} = choosePeople(untested, validation);
  const train = rest.flat();
  if (train.length > 0) return {train, validation: images, test};
  const left = untested.flat().length;
  throw new TooFewImages(
    `data.split.validation: fold ${fold} of ${folds} has ${test.length} test images and ${left} others. Expected fewer than ${left} validation images${groupBy === undefined ? '' : ', and other people to train on'}; received ${validation}.`,
    MORE_IMAGES,
  );
}

/**
 * Deals units to folds, the largest first, each to the fold that has the fewest images of its strata,
 * so that all folds have about as many images and the same mixture of strata (a greedy form of
 * stratified group k-fold). Single images differ by at most one per fold and stratum.
 *
 * @returns The fold of each unit, from 0.
 */
function dealFolds(
  units: readonly (readonly number[])[],
  stratumOf: (position: number) => number,
  folds: number,
): Int32Array {
  const totals = new Int32Array(folds);
  const counts = Array.from({length: folds}, () => new Map<number, number>());
  const foldOf = new Int32Array(units.length);
  const largestFirst = [...units.keys()].sort((a, b) => units[b]!.length - units[a]!.length);
  for (const unit of largestFirst) {
    const images = units[unit]!;
    const strata = new Map<number, number>();
    for (const image of images)
      strata.set(stratumOf(image), (strata.get(stratumOf(image)) ?? 0) + 1);
    const crowd = counts.map(count =>
      [...strata].reduce((sum, [stratum, more]) => sum + more * (count.get(stratum) ?? 0), 0),
    );
    let best = 0;
    for (let fold = 1; fold < folds; fold++) {
      const isEmptier = crowd[fold]! - crowd[best]! || totals[fold]! - totals[best]!;
      if (isEmptier < 0) best = fold;
    }
    foldOf[unit] = best;
    totals[best]! += images.length;
    for (const [stratum, more] of strata)
      counts[best]!.set(stratum, (counts[best]!.get(stratum) ?? 0) + more);
  }
  return foldOf;
}

/** The data's own parts. Where it has no validation part, the seed takes one out of the training part. */
function officialSplit(
  {partition, source}: Catalogue,
  sampled: readonly number[],
  {validation: count}: OfficialSplit,
  seed: number,
): SplitPositions {
  if (partition === undefined) {
    throw dataError(
      `data.split.by: ${source} has no partition. Expected list_eval_partition.txt beside the labels, a column split in a table, or folders train, val and test.`,
      'Add the file, or split by numbers: split: {train: 2000, validation: 200}.',
    );
  }
  const positions = positionsByPart(partition, sampled);
  if (count !== undefined && positions.validation.length > 0) {
    throw dataError(
      `data.split.validation: the official split of ${source} has ${positions.validation.length} validation images. Expected validation beside by: official only where it has none.`,
      'Leave data.split.validation out.',
    );
  }
  if (count !== undefined && count < positions.train.length) {
    const order = shuffled(positions.train, seededRandom(deriveSeed(seed, 'split')));
    return {...positions, train: order.slice(count), validation: order.slice(0, count)};
  }
  if (positions.train.length > 0 && positions.validation.length > 0) return positions;
  throw new TooFewImages(
    `data.split.by: the official split of ${source} leaves ${positions.train.length} training and ${positions.validation.length} validation images of this sample. Expected some of each.`,
    'Take more images with data.sampling, set data.split.validation where the data has no validation part, or split by numbers.',
  );
}
