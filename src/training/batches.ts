import type {Batch} from '../tensorflow/training-step.js';
import {augment, type AugmentationOfEpoch} from '../data/augment.js';
import type {ImageSet} from '../data/dataset.js';
import {mixesImages, mixUp} from '../data/mixup.js';
import {MISSING} from '../experiment/missing-label.js';
import {deriveSeed, seededRandom} from '../util/random.js';

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

/**
 * Yields the batches of one pass; the last may be smaller. Reads the next batch while the caller uses
 * this one, into two alternating buffers: a batch is valid until the next but one is requested.
 *
 * @param skip Batches at the start that are left out.
 */
export async function* batchesOf(plan: BatchPlan, skip = 0): AsyncGenerator<Batch> {
  const buffers = [0, 1].map(() => batchBuffer(plan));
  const count = batchCount(plan.order.length, plan.batchSize);
  const read = (index: number): Promise<Batch> => readBatch(plan, index, buffers[index % 2]);

  let next = count > skip ? read(skip) : undefined;
  for (let index = skip; next !== undefined; index++) {
    const batch: Batch = await next;
    next = index + 1 < count ? read(index + 1) : undefined;
    // The `await` above throws a failure of reading ahead one batch later.
    next?.catch(() => {});
    yield batch;
  }
}

export function batchCount(images: number, batchSize: number): number {
  return Math.ceil(images / batchSize);
}

/** The batch with this number, from 0. @param buffer For its images, from `batchBuffer`. */
export async function readBatch(
  plan: BatchPlan,
  index: number,
  buffer = batchBuffer(plan),
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
    if (augmentation !== undefined) augment(images, read, plan.size, augmentation);
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

function batchBuffer(plan: BatchPlan): Uint8Array {
  return new Uint8Array((plan.batchSize + (mixes(plan) ? 1 : 0)) * bytesOfImage(plan));
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
  const order = Uint32Array.from({length: count}, (_, position) => position);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return order;
}

/** Returns 0 to count - 1: evaluation sees the images in order. */
export function naturalOrder(count: number): Uint32Array {
  return Uint32Array.from({length: count}, (_, position) => position);
}
