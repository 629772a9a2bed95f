import type {StoredImages} from './cache/stored-images.js';
import type {ImageSet} from './dataset.js';

/** A set whose images stay in the cache's file until they are asked for. */
export class PackSet implements ImageSet {
  readonly files: readonly string[];
  readonly labels: Uint8Array;
  readonly #images: StoredImages;
  readonly #positions: Uint32Array;

  /** @param positions Of each file within the catalogue. */
  constructor(
    files: readonly string[],
    labels: Uint8Array,
    positions: Uint32Array,
    images: StoredImages,
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
