import type {ImageSet} from './dataset.js';

/** A set whose pictures are all in memory, as bytes. */
export class MemorySet implements ImageSet {
  readonly files: readonly string[];
  readonly labels: Uint8Array;
  readonly #pixels: Uint8Array;
  readonly #imageBytes: number;

  /** @param pixels One picture after another, each of `imageBytes`. */
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
