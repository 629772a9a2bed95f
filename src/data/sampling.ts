import {areTooManyLost} from '../experiment/limits.js';
import type {Part} from '../experiment/parts.js';
import type {DataDefinition} from '../experiment/schema.js';
import {sliceAttributes} from '../experiment/slices.js';
import {thousands} from '../util/format.js';
import {didYouMean} from '../util/nearest.js';
import {deriveSeed, seededRandom, shuffled} from '../util/random.js';
import {UserError} from '../util/user-error.js';
import {type Catalogue, partitions} from './catalogue.js';
import {dataError} from './layouts/text-file.js';

const MAX_BALANCED_HEADS = 10;

/** Columns of the chosen heads. @throws UserError that names the nearest attribute. */
export function headColumns(catalogue: Catalogue, heads: readonly string[]): number[] {
  return columnsOf(catalogue, heads, 'data.heads');
}

/** Columns of the attributes of `evaluation.slices`. @throws UserError as `headColumns`. */
export function sliceColumns(catalogue: Catalogue, products: readonly string[]): number[] {
  return columnsOf(catalogue, sliceAttributes(products), 'evaluation.slices');
}

function columnsOf(catalogue: Catalogue, names: readonly string[], key: string): number[] {
  const {attributes, source} = catalogue;
  return names.map(name => {
    const column = attributes.indexOf(name);
    if (column !== -1) return column;
    throw new UserError(
      `${key}: ${name} is not an attribute of ${source}. Expected ${attributes.length === 1 ? '' : 'one of '}${attributes.join(', ')}.`,
      {hint: didYouMean(name, attributes, 'Choose one of these.'), exitCode: 3},
    );
  });
}

/**
 * Positions of the images with each combination of the heads' values; the first head is the highest
 * bit.
 *
 * @param columns   Of the heads within the catalogue.
 * @param positions Which images are looked at.
 */
export function strataOf(
  catalogue: Catalogue,
  columns: readonly number[],
  positions: readonly number[],
): number[][] {
  const strata: number[][] = Array.from({length: 2 ** columns.length}, () => []);
  const width = catalogue.attributes.length;
  for (const image of positions) {
    let stratum = 0;
    for (const column of columns)
      stratum = stratum * 2 + (catalogue.labels[image * width + column] ?? 0);
    strata[stratum]?.push(image);
  }
  return strata;
}

/** `Male=1 Smiling=0` */
export function stratumName(stratum: number, heads: readonly string[]): string {
  return heads
    .map((head, index) => `${head}=${(stratum >> (heads.length - 1 - index)) & 1}`)
    .join(' ');
}

/**
 * Positions of the images that an experiment uses, in the order of the catalogue or shuffled.
 *
 * @param candidates Positions that may be drawn, ascending.
 * @throws TooFewImages where there are not as many as asked for.
 */
function sampleImages(
  catalogue: Catalogue,
  definition: DataDefinition,
  seed: number,
  candidates: readonly number[],
): readonly number[] {
  const columns = headColumns(catalogue, definition.heads);
  const {sampling} = definition;
  switch (sampling.strategy) {
    case 'all':
      return candidates;
    case 'first':
      if (sampling.count <= candidates.length) return candidates.slice(0, sampling.count);
      throw new TooFewImages(
        `data.sampling.count: Expected at most ${candidates.length}; received ${sampling.count}.`,
        `Use --set data.sampling.count=${candidates.length} or less, and a smaller split.`,
      );
    case 'balanced':
      return balanced(catalogue, columns, candidates, definition, sampling.perStratum, seed);
  }
}

function balanced(
  catalogue: Catalogue,
  columns: readonly number[],
  candidates: readonly number[],
  {heads}: DataDefinition,
  perStratum: number,
  seed: number,
): readonly number[] {
  if (heads.length > MAX_BALANCED_HEADS) {
    throw new UserError(
      `data.sampling: ${heads.length} heads have ${2 ** heads.length} combinations. Expected at most ${MAX_BALANCED_HEADS} heads for a balanced sample.`,
      {hint: 'Use sampling: {strategy: all}.'},
    );
  }
  const strata = strataOf(catalogue, columns, candidates);
  const least = Math.min(...strata.map(({length}) => length));
  if (least < perStratum) {
    const counts = strata
      .map((images, stratum) => `${stratumName(stratum, heads)}: ${images.length}`)
      .join(', ');
    throw new TooFewImages(
      `data.sampling.perStratum: ${catalogue.source} has too few images. Expected ${perStratum} in each stratum; received ${counts}.`,
      least > 0
        ? `Use --set data.sampling.perStratum=${least} or less, and a smaller split.`
        : 'A stratum is empty, and no number balances it: use other heads, or --set data.sampling={strategy: all}.',
    );
  }
  const random = seededRandom(deriveSeed(seed, 'sampling'));
  return strata.flatMap(images => shuffled(images, random).slice(0, perStratum));
}

/** Positions of the images of each part; `test` may have none. */
export type SplitPositions = Readonly<Record<Part, readonly number[]>>;

/** Divides the sampled images: none is in two parts. A test part changes neither of the others. */
function splitImages(
  catalogue: Catalogue,
  sampled: readonly number[],
  {split}: DataDefinition,
  seed: number,
): SplitPositions {
  if ('by' in split) return officialSplit(catalogue, sampled);
  const {train, validation, test = 0} = split;
  if (train + validation + test > sampled.length) {
    const [names, numbers] =
      test === 0
        ? ['train + validation', `${train} + ${validation}`]
        : ['train + validation + test', `${train} + ${validation} + ${test}`];
    throw new TooFewImages(
      `data.split: Expected ${names} of at most ${sampled.length}, the images of the sample; received ${numbers}.`,
      'Take more images with data.sampling, or fewer with data.split.',
    );
  }
  const order = shuffled(sampled, seededRandom(deriveSeed(seed, 'split')));
  const testFrom = train + validation;
  return {
    train: order.slice(0, train),
    validation: order.slice(train, testFrom),
    test: order.slice(testFrom, testFrom + test),
  };
}

function officialSplit({partition, source}: Catalogue, sampled: readonly number[]): SplitPositions {
  if (partition === undefined) {
    throw dataError(
      `data.split.by: ${source} has no partition. Expected list_eval_partition.txt beside the labels.`,
      'Add the file, or split by numbers: split: {train: 2000, validation: 200}.',
    );
  }
  const inPart = (part: number): number[] =>
    sampled.filter(position => partition[position] === part);
  const positions = {
    train: inPart(partitions.train),
    validation: inPart(partitions.validation),
    test: inPart(partitions.test),
  };
  if (positions.train.length > 0 && positions.validation.length > 0) return positions;
  throw new TooFewImages(
    `data.split.by: the official split of ${source} leaves ${positions.train.length} training and ${positions.validation.length} validation images of this sample. Expected some of each.`,
    'Take more images with data.sampling, or split by numbers.',
  );
}

/**
 * Draws the images of an experiment among those that are there. With `data.onBadImage: skip`, few
 * absent ones may make a sample smaller: it is then drawn as if they were there.
 *
 * @param seed Sample and split follow from it.
 * @returns    Positions of the catalogue; with `skip` perhaps some whose image is not there.
 * @throws TooFewImages where what is there is not enough.
 */
export function drawImages(
  catalogue: Catalogue,
  definition: DataDefinition,
  seed: number,
): SplitPositions {
  const {absent, files} = catalogue;
  const draw = (candidates: readonly number[]): SplitPositions => {
    const sampled = sampleImages(catalogue, definition, seed, candidates);
    return splitImages(catalogue, sampled, definition, seed);
  };
  try {
    return draw(presentPositions(catalogue));
  } catch (error) {
    if (!(error instanceof TooFewImages) || absent.length === 0) throw error;
    const drawn = definition.onBadImage === 'skip' ? drawnOfAll(catalogue, draw) : undefined;
    if (drawn !== undefined) return drawn;
    throw new TooFewImages(
      `${error.message} Of the ${thousands(files.length)} images that the labels name, ${thousands(absent.length)} are missing, such as ${files[absent[0] ?? 0]}.`,
      `${error.hint} Or add the missing images.`,
    );
  }
}

/** Positions of the images that are there, ascending. */
export function presentPositions({files, absent}: Catalogue): readonly number[] {
  const isAbsent = new Set(absent);
  return [...files.keys()].filter(position => !isAbsent.has(position));
}

/** undefined where not even all that the labels name are enough, or too many of them are absent. */
function drawnOfAll(
  {files, absent}: Catalogue,
  draw: (candidates: readonly number[]) => SplitPositions,
): SplitPositions | undefined {
  const isAbsent = new Set(absent);
  try {
    const drawn = draw([...files.keys()]);
    const isEnough = Object.values(drawn).every(
      part => !areTooManyLost(part.filter(position => isAbsent.has(position)).length, part.length),
    );
    return isEnough ? drawn : undefined;
  } catch (error) {
    if (error instanceof TooFewImages) return undefined;
    throw error;
  }
}

/** The data has fewer images than an experiment asks for. */
class TooFewImages extends UserError {
  constructor(message: string, hint: string) {
    super(message, {hint, exitCode: 3});
  }
}
