import type {Batch} from '../tensorflow/training-step.js';
import {augment, type AugmentationOfEpoch} from '../data/augment.js';
import {augmentBeside} from '../data/augment-beside.js';
import type {ImageSet} from '../data/dataset.js';
import {mixesImages, mixUp} from '../data/mixup.js';
import {MISSING} from '../experiment/missing-label.js';
import {deriveSeed, seededRandom, shuffled} from '../util/random.js';

/** Images of a pass, their order, the size of a batch, and the heads. */
export type BatchPlan = {
  readonly set: ImageSet;
  readonly order: Uint32Array;
  readonly batchSize: number;
  /** [height, width] of every image. */
  readonly size: readonly [number, number];
  /** Bytes that the set gives for each image; undefined for RGB images of this size. */
  readonly imageBytes?: number | undefined;
  /** Positions of the model's heads among the heads of the set. */
  readonly headPositions: readonly number[];
  /** How the images are changed at random; undefined leaves them as they are. */
  readonly augmentation?: AugmentationOfEpoch | undefined;
};

/** Fewer bytes of images than this in a pass are not worth a thread. */
const BYTES_FOR_THREAD = 8_000_000;

/**
 * Yields the batches of one pass; the last may be smaller. Reads ahead while the caller uses a batch, and
 * augments beside it: one batch is then read while the next one is augmented. A batch is valid until the
 * next one is requested.
 *
 * @param skip Batches at the start that are left out.
 */
export async function* batchesOf(plan: BatchPlan, skip = 0): AsyncGenerator<Batch> {
  const {set, augmentation, order, batchSize} = plan;
  const isBeside =
    augmentation !== undefined &&
    set.readAugmented === undefined &&
    order.length * bytesOfImage(plan) >= BYTES_FOR_THREAD;
  const ahead = isBeside ? 2 : 1;
  const change = isBeside ? augmentBeside : augment;
  const buffers = Array.from({length: ahead + 1}, () => batchBuffer(plan, isBeside));
  const count = batchCount(order.length, batchSize);
  const upcoming: Promise<Batch>[] = [];
  const read = (index: number): void => {
    if (index >= count) return;
    const batch = readBatch(plan, index, buffers[index % buffers.length], change);
    // Whoever takes the batch is told of a failure.
    batch.catch(() => {});
    upcoming.push(batch);
  };

  for (let index = skip; index < skip + ahead; index++) read(index);
  for (let index = skip; index < count; index++) {
    const batch = await upcoming.shift()!;
    read(index + ahead);
    yield batch;
  }
}

export function batchCount(images: number, batchSize: number): number {
  return Math.ceil(images / batchSize);
}

/**
 * The batch with this number, from 0.
 *
 * @param buffer For its images, from `batchBuffer`.
 * @param change Changes the images at random.
 */
export async function readBatch(
  plan: BatchPlan,
  index: number,
  buffer = batchBuffer(plan),
  change: typeof augment | typeof augmentBeside = augment,
): Promise<Batch> {
  const {set, order, batchSize, augmentation} = plan;
  const positions = order.subarray(index * batchSize, (index + 1) * batchSize);
  // Each image is mixed with the one after it in the order of the epoch; after the last comes the first.
  const next = order[(index + 1) * batchSize] ?? order[0]!;
  const read = mixes(plan) ? Uint32Array.of(...positions, next) : positions;
  const imageBytes = bytesOfImage(plan);
  const images = buffer.subarray(0, read.length * imageBytes);
  if (augmentation !== undefined && set.readAugmented !== undefined) {
    await set.readAugmented(read, images, augmentation);
  } else {
    await set.read(read, images);
    if (augmentation !== undefined) await change(images, read, plan.size, augmentation);
  }
  const batch = {images, labels: labelsOf(plan, positions), size: positions.length};
  if (augmentation === undefined || !mixes(plan)) return batch;
  const fractions = mixUp(images, positions, augmentation);
  const mixed = {labels: labelsOf(plan, read.subarray(1)), fractions};
  return {
    images: images.subarray(0, positions.length * imageBytes),
    labels: batch.labels.map((label, at) => (mixed.labels[at] === MISSING ? MISSING : label)),
    size: positions.length,
    mixed,
  };
}

/** @param isShared Whether threads can share it. */
function batchBuffer(plan: BatchPlan, isShared = false): Uint8Array {
  const bytes = (plan.batchSize + (mixes(plan) ? 1 : 0)) * bytesOfImage(plan);
  return new Uint8Array(isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
}

function bytesOfImage({size: [height, width], imageBytes = height * width * 3}: BatchPlan): number {
  return imageBytes;
}

function mixes({augmentation}: BatchPlan): boolean {
  return mixesImages(augmentation?.augmentation);
}

function labelsOf({set, headPositions}: BatchPlan, positions: Uint32Array): Uint8Array {
  const all = set.count === 0 ? 0 : set.labels.length / set.count;
  const labels = new Uint8Array(positions.length * headPositions.length);
  positions.forEach((position, row) => {
    headPositions.forEach((head, column) => {
      labels[row * headPositions.length + column] = set.labels[position * all + head] as number;
    });
  });
  return labels;
}

/**
 * Shuffles the images for one epoch. The order follows from the seed, the model and the epoch alone,
 * so that a run that resumes from a checkpoint needs no random state to see the same.
 *
 * @returns Positions 0 to count - 1, each once.
 */
export function epochOrder(seed: number, model: string, epoch: number, count: number): Uint32Array {
  const random = seededRandom(deriveSeed(seed, `order/${model}/${epoch}`));
  return Uint32Array.from(shuffled(naturalOrder(count), random));
}

/** Returns 0 to count - 1: evaluation sees the images in order. */
export function naturalOrder(count: number): Uint32Array {
  return Uint32Array.from({length: count}, (_, position) => position);
}
