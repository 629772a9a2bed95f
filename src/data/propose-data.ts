import {BINARY, isMultiClass} from '../experiment/classes.js';
import {CELEBA_SIZE} from '../experiment/input-size.js';
import {countLabels} from '../experiment/missing-label.js';
import type {DataDefinition, LabelKeys, SplitDefinition} from '../experiment/schema.js';
import type {Catalogue} from './catalogue.js';
import type {CommonSize} from './image-size.js';
import {
  classesAt,
  headColumns,
  labelledPositions,
  positionsByPart,
  presentPositions,
} from './sampling.js';

/** Keys of an experiment that reads a data set as it is. */
export type ProposedData = LabelKeys & {
  readonly source: DataDefinition['source'];
  readonly root: string;
  readonly heads: readonly string[];
  readonly classes?: Readonly<Record<string, readonly string[]>>;
  readonly image: DataDefinition['image'];
  readonly split: SplitDefinition;
  readonly onBadImage: 'skip';
};

/** Fewer images decide nothing. */
export const FEWEST_PROPOSED = 20;
const MOST_HEADS = 8;
/** The heads of the shipped experiments. */
const USUAL_HEADS = ['Male', 'Smiling'];
/** A class with fewer images is in hardly any test part. */
const FEWEST_OF_A_CLASS = 5;

/**
 * Proposes the data of an experiment: up to eight heads whose classes all have images, the official split or
 * one by numbers, and an input of about 64x64 in the proportions of the images.
 *
 * @param size The size that most images have; undefined where none can be read.
 * @returns    undefined where there are too few images, or no head has several classes.
 */
export function proposeData(
  catalogue: Catalogue,
  size: CommonSize | undefined,
): ProposedData | undefined {
  const present = presentPositions(catalogue);
  const heads = learnableHeads(catalogue, present);
  const chosen = USUAL_HEADS.every(head => heads.includes(head))
    ? USUAL_HEADS
    : heads.slice(0, MOST_HEADS);
  const names = namedClasses(catalogue).filter(
    ([head, classes]) => chosen.includes(head) && isMultiClass(classes.length),
  );
  if (heads.length === 0 || present.length < FEWEST_PROPOSED) return undefined;
  return {
    source: catalogue.keys === undefined ? 'auto' : 'folder',
    root: catalogue.place,
    ...catalogue.keys,
    heads: chosen,
    ...(names.length > 0 && {classes: Object.fromEntries(names)}),
    image: proposeImage(size),
    split: proposeSplit(
      catalogue,
      labelledPositions(catalogue, headColumns(catalogue, chosen), present),
    ),
    onBadImage: 'skip',
  };
}

/** More classes are proposed for no head: they may be years or counts. */
const MOST_PROPOSED_CLASSES = 12;

function learnableHeads(catalogue: Catalogue, present: readonly number[]): readonly string[] {
  const {attributes, labels} = catalogue;
  const counted = countLabels(labels, attributes.length, [...attributes.keys()], present);
  return attributes.filter((_, column) => {
    const counts = counted[column]!.subarray(0, classesAt(catalogue, column).length);
    return counts.length <= MOST_PROPOSED_CLASSES && Math.min(...counts) >= FEWEST_OF_A_CLASS;
  });
}

const SIDE = 64;
/** The tutorial's three convolutions need 22 pixels. */
const LEAST_SIDE = 32;
const MOST_SIDE = 128;

function proposeImage(size: CommonSize | undefined): DataDefinition['image'] {
  // Of images in many sizes, none tells the proportions of the others.
  if (size === undefined || size.images < size.lookedAt / 2) return {size: [SIDE, SIDE]};
  const {height, width} = size;
  if (height === CELEBA_SIZE[0] && width === CELEBA_SIZE[1]) return {scale: 3};
  const stretch = Math.sqrt(height / width);
  const side = (length: number): number =>
    Math.min(MOST_SIDE, Math.max(LEAST_SIDE, Math.round(length)));
  return {size: [side(SIDE * stretch), side(SIDE / stretch)]};
}

/** Fractions of the images, and the most that a first experiment takes. */
const PARTS = {validation: 0.1, test: 0.2} as const;
const MOST = {train: 20_000, validation: 2_000, test: 5_000} as const;

function proposeSplit({partition}: Catalogue, present: readonly number[]): SplitDefinition {
  const parts = partition && positionsByPart(partition, present);
  const validationOf = (images: number): number =>
    Math.min(MOST.validation, Math.ceil(images * PARTS.validation));
  if (parts !== undefined && parts.train.length > 1) {
    if (parts.validation.length > 0) return {by: 'official'};
    if (parts.test.length > 0)
      return {by: 'official', validation: validationOf(parts.train.length)};
  }
  const validation = validationOf(present.length);
  const test = Math.min(MOST.test, Math.floor(present.length * PARTS.test));
  return {train: Math.min(MOST.train, present.length - validation - test), validation, test};
}

/** Attributes whose classes have names other than 0 and 1. */
export function namedClasses({
  classes,
}: Pick<Catalogue, 'classes'>): (readonly [string, readonly string[]])[] {
  return [...(classes ?? [])].filter(([, names]) => names.join() !== BINARY.join());
}
