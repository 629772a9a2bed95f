import type {CachedImages} from './cache/cached-images.js';

/** Images and labels ready for training, every image of one size, as bytes. */
export type ImageSet = {
  /** Base names, in the order of the set; unique. */
  readonly files: readonly string[];
  /** 0 or 1 for each image and head, image by image: [count * heads]. */
  readonly labels: Uint8Array;
  readonly count: number;
  /** Copies the images at these positions, one after another, into `target`. */
  read(positions: ArrayLike<number>, target: Uint8Array): Promise<void>;
};

/** What `loadDataset` gives a trainer. */
export type Dataset = {
  readonly heads: readonly string[];
  readonly height: number;
  readonly width: number;
  readonly train: ImageSet;
  readonly validation: ImageSet;
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

/** A set whose images are in memory. */
export class MemorySet implements ImageSet {
  readonly files: readonly string[];
  readonly labels: Uint8Array;
  readonly #pixels: Uint8Array;
  readonly #imageBytes: number;

  /** @param pixels One image after another, each of `imageBytes`. */
  constructor(
    files: readonly string[],
    labels: Uint8Array,
    pixels: Uint8Array,
    imageBytes: number,
  ) {
    this.files = files;
    this.labels = labels;
    this.#pixels = pixels;
    this.#imageBytes = imageBytes;
  }

  get count(): number {
    return this.files.length;
  }

  read(positions: ArrayLike<number>, target: Uint8Array): Promise<void> {
    const size = this.#imageBytes;
    for (let index = 0; index < positions.length; index++) {
      const start = (positions[index] as number) * size;
      target.set(this.#pixels.subarray(start, start + size), index * size);
    }
    return Promise.resolve();
  }
}

/** A set that reads its images from the cache file when they are asked for. */
export class CachedSet implements ImageSet {
  readonly files: readonly string[];
  readonly labels: Uint8Array;
  readonly #images: CachedImages;
  readonly #positions: Uint32Array;

  /** @param positions Position of each file in the catalogue. */
  constructor(
    files: readonly string[],
    labels: Uint8Array,
    positions: Uint32Array,
    images: CachedImages,
  ) {
    this.files = files;
    this.labels = labels;
    this.#positions = positions;
    this.#images = images;
  }

  get count(): number {
    return this.files.length;
  }

  read(positions: ArrayLike<number>, target: Uint8Array): Promise<void> {
    const wanted = Uint32Array.from(positions, position => this.#positions[position] as number);
    return this.#images.read(wanted, target);
  }
}
