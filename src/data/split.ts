import type {DataDefinition} from '../experiment/schema.js';
import {deriveSeed, seededRandom, shuffled} from '../util/random.js';
import {dataError} from './layouts/text-file.js';
import {TooFewImages} from './too-few-images.js';
import {partitions, type Catalogue} from './catalogue.js';

export type SplitPositions = {
  readonly train: readonly number[];
  readonly validation: readonly number[];
};

/** Which of the sampled images train and which measure; none does both. */
export function splitImages(
  catalogue: Catalogue,
  sampled: readonly number[],
  {split}: DataDefinition,
  seed: number,
): SplitPositions {
  if ('by' in split) return officialSplit(catalogue, sampled);
  const wanted = split.train + split.validation;
  if (wanted > sampled.length) {
    throw new TooFewImages(
      `data.split: Expected train + validation of at most ${sampled.length}, the images of the sample; received ${split.train} + ${split.validation}.`,
      'Take more images with data.sampling, or fewer with data.split.',
    );
  }
  const order = shuffled(sampled, seededRandom(deriveSeed(seed, 'split')));
  return {train: order.slice(0, split.train), validation: order.slice(split.train, wanted)};
}

function officialSplit({partition, source}: Catalogue, sampled: readonly number[]): SplitPositions {
  if (partition === undefined) {
    throw dataError(
      `data.split.by: ${source} brings no partition. Expected list_eval_partition.txt beside the labels.`,
      'Add the file, or split by numbers: split: {train: 2000, validation: 200}.',
    );
  }
  const inPart = (part: number): number[] =>
    sampled.filter(position => partition[position] === part);
  const positions = {train: inPart(partitions.train), validation: inPart(partitions.validation)};
  if (positions.train.length > 0 && positions.validation.length > 0) return positions;
  throw new TooFewImages(
    `data.split.by: the official split of ${source} leaves ${positions.train.length} training and ${positions.validation.length} validation images of this sample. Expected some of each.`,
    'Take more images with data.sampling, or split by numbers.',
  );
}
