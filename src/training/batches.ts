import type {Batch} from '../tensorflow/training-step.js';
import {augment, type AugmentationOfEpoch} from '../data/augment.js';
import type {ImageSet} from '../data/dataset.js';
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
 */
export async function* batchesOf(plan: BatchPlan): AsyncGenerator<Batch> {
  const {imageBytes = plan.size[0] * plan.size[1] * 3} = plan;
  const buffers = [0, 1].map(() => new Uint8Array(plan.batchSize * imageBytes));
  const count = batchCount(plan.order.length, plan.batchSize);
  const read = (index: number): Promise<Batch> =>
    readBatch(plan, index, buffers[index % 2] as Uint8Array, imageBytes);

  let next = count > 0 ? read(0) : undefined;
  for (let index = 0; next !== undefined; index++) {
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

async function readBatch(
  plan: BatchPlan,
  index: number,
  buffer: Uint8Array,
  imageBytes: number,
): Promise<Batch> {
  const positions = plan.order.subarray(index * plan.batchSize, (index + 1) * plan.batchSize);
  const images = buffer.subarray(0, positions.length * imageBytes);
  const {set, augmentation} = plan;
  if (augmentation !== undefined && set.readAugmented !== undefined) {
    await set.readAugmented(positions, images, augmentation);
  } else {
    await set.read(positions, images);
    if (augmentation !== undefined) augment(images, positions, plan.size, augmentation);
  }
  return {images, labels: labelsOf(plan, positions), size: positions.length};
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
