import {stratumName} from '../data/sampling.js';
import {attributesOf, FEWEST_IMAGES} from '../experiment/slices.js';
import {MISSING} from '../experiment/missing-label.js';
import type {HeadPredictions} from './predictions.js';
import {haveSameImages} from './groups.js';
import type {RunSlices, UsableRun} from './run-metrics.js';
import type {SlicedSeed} from './statistics/resample-slices.js';

/** One slice, and which images are in it. */
export type SlicePlace = {
  /** `Blond_Hair=1 Male=0` */
  readonly name: string;
  /** `Blond_Hair x Male` */
  readonly by: string;
  /** Positions of its images, by seed. */
  readonly positions: readonly Uint32Array[];
};

/** Runs of one design or of two, whose images are in slices. */
export type SlicedRuns = {
  readonly heads: readonly string[];
  readonly places: readonly SlicePlace[];
  readonly seeds: readonly SlicedSeed[];
  /** Whether all seeds have the same images in the same slices. */
  readonly sameImages: boolean;
};

/**
 * Puts the images of runs into their slices.
 *
 * @param seeds The runs of each seed, by design; those of one seed are on the same images.
 * @returns     undefined where a run has no slices, or other ones than the first.
 */
export function slicedRuns(seeds: readonly (readonly UsableRun[])[]): SlicedRuns | undefined {
  const runs = seeds.flat();
  const products = runs[0]?.slices?.products ?? [];
  if (products.length === 0) return undefined;
  if (runs.some(({slices}) => slices?.products.join() !== products.join())) return undefined;
  const heads = [...(runs[0]?.predictions.heads.keys() ?? [])].filter(head =>
    runs.every(({predictions}) => predictions.heads.has(head)),
  );
  const sliced = seeds.map(designs => slicedSeed(designs, products, heads));
  const names = products.flatMap((by, product) => namesOf(by).map(name => ({by, name, product})));
  const places = names.map(({by, name, product}, slice) => ({
    by,
    name,
    positions: sliced.map(({slices}) => positionsOf(slice, slices[product]!)),
  }));
  const sameImages = haveSameImages(runs) && sliced.every(seed => isSlicedAlike(seed, sliced[0]!));
  return {heads, places, seeds: sliced, sameImages};
}

/** Indexes of the slices that have images enough to be compared with others. */
export function largeSlices(places: readonly SlicePlace[]): number[] {
  return places.flatMap(({positions}, index) =>
    positions.every(({length}) => length >= FEWEST_IMAGES) ? [index] : [],
  );
}

function slicedSeed(
  designs: readonly UsableRun[],
  products: readonly string[],
  heads: readonly string[],
): SlicedSeed {
  const [first] = designs;
  return {
    images: first!.predictions.files.length,
    slices: sliceIndexes(first!.slices!, products),
    heads: heads.map(head => {
      const ofDesigns = designs
        .map(({predictions}) => predictions.heads.get(head)!)
        .map(rightOrWrong);
      return {
        labels: ofDesigns[0]!.labels,
        predicted: ofDesigns.map(({predicted}) => predicted),
      };
    }),
  };
}

/**
 * The predictions of a head with two classes; of one with more, whether they are right: all labels are 0, and
 * a wrong prediction is 1. So the accuracies in slices are those of the head, and it has no true positives.
 */
function rightOrWrong(predictions: HeadPredictions): Pick<HeadPredictions, 'labels' | 'predicted'> {
  const {labels, predicted, classes} = predictions;
  if (classes === undefined) return predictions;
  return {
    labels: labels.map(label => (label === MISSING ? MISSING : 0)),
    predicted: predicted.map((name, image) => (name === labels[image] ? 0 : 1)),
  };
}

/** `Blond_Hair=0 Male=0`, `Blond_Hair=0 Male=1`, … */
function namesOf(product: string): string[] {
  const attributes = attributesOf(product);
  return Array.from({length: 2 ** attributes.length}, (_, index) => stratumName(index, attributes));
}

/** For each product, the index of each image's slice among the slices of all products. */
function sliceIndexes({attributes}: RunSlices, products: readonly string[]): Uint8Array[] {
  let before = 0;
  return products.map(product => {
    const columns = attributesOf(product).map(name => attributes.get(name)!);
    const first = before;
    before += 2 ** columns.length;
    return Uint8Array.from(
      columns[0] ?? [],
      (_, image) => first + columns.reduce((bits, column) => 2 * bits + column[image]!, 0),
    );
  });
}

function positionsOf(slice: number, slices: Uint8Array): Uint32Array {
  return Uint32Array.from([...slices.keys()].filter(image => slices[image] === slice));
}

function isSlicedAlike(first: SlicedSeed, second: SlicedSeed): boolean {
  return first.slices.every(
    (slices, product) => Buffer.compare(slices, second.slices[product]!) === 0,
  );
}
