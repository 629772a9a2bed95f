import type {AugmentationOfEpoch} from './augment.js';

/** Images and labels ready for training, every image of one size, as bytes. */
export type ImageSet = {
  /** Base names, in the order of the set; unique. */
  readonly files: readonly string[];
  /** The class or MISSING for each image and head, image by image: [count * heads]. */
  readonly labels: Uint8Array;
  readonly count: number;
  /** Copies the images at these positions, one after another, into `target`. */
  readonly read: (positions: ArrayLike<number>, target: Uint8Array) => Promise<void>;
  /** The same with random changes; undefined where these are made of what `read` gives. */
  readonly readAugmented?: (
    positions: ArrayLike<number>,
    target: Uint8Array,
    augmentation: AugmentationOfEpoch,
  ) => Promise<void>;
};

/** Values of the attributes that slice the evaluated images. */
export type SliceValues = {
  readonly attributes: readonly string[];
  /** 0 or 1 for each image of the part and attribute, image by image: [count * attributes]. */
  readonly validation: Uint8Array;
  readonly test: Uint8Array | undefined;
};

export type Dataset = {
  readonly heads: readonly string[];
  readonly height: number;
  readonly width: number;
  /** Bytes that the sets give for each image; undefined for RGB images of this size. */
  readonly imageBytes?: number;
  readonly train: ImageSet;
  readonly validation: ImageSet;
  /** undefined where the split has no test part. Its images are read only when it is evaluated. */
  readonly test: ImageSet | undefined;
  /** undefined where the experiment has no slices. */
  readonly slices?: SliceValues | undefined;
  /** Which layout was read, and from where, for people. */
  readonly source: string;
  /**
   * Changes when the chosen images' names, their labels, the split or the input size change, and
   * with nothing else: another decoder, cache or machine gives the same.
   */
  readonly fingerprint: string;
  /** Name and version of the decoder; pixels of other decoders differ by single levels. */
  readonly decoder: string;
  /** Warnings about image sizes, and about heads with a single class. */
  readonly warnings: readonly string[];
  close(): Promise<void>;
};

/**
 * A set whose images are in memory.
 *
 * @param pixels One image after another, each of `imageBytes`.
 */
export function memorySet(
  files: readonly string[],
  labels: Uint8Array,
  pixels: Uint8Array,
  imageBytes: number,
): ImageSet {
  const read = (positions: ArrayLike<number>, target: Uint8Array): Promise<void> => {
    copyRows(pixels, imageBytes, positions, target);
    return Promise.resolve();
  };
  return {files, labels, count: files.length, read};
}

/** Copies the rows at these positions, one after another, into `target`. */
export function copyRows(
  rows: Uint8Array,
  rowBytes: number,
  positions: ArrayLike<number>,
  target: Uint8Array,
): void {
  for (let index = 0; index < positions.length; index++) {
    const start = positions[index]! * rowBytes;
    target.set(rows.subarray(start, start + rowBytes), index * rowBytes);
  }
}
