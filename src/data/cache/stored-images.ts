import type {Catalogue} from '../catalogue.js';
import {decodeInto} from '../decode/decode-into.js';
import type {DecoderName} from '../decode/picture-decoder.js';
import {dataError} from '../layouts/text-file.js';
import type {Size} from '../image/area-filter.js';
import {stampsOf, type Stamps} from '../pictures/stamp.js';
import type {PackFile} from './pack-file.js';

/** Slots that are read at once where many are. */
const AT_ONCE = 64;

export type StoreOptions = {
  readonly size: Size;
  readonly decoder: DecoderName;
  /** As found by `findNativePackage`; sharp decodes everything where there is none. */
  readonly nativePackage: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
};

/** `position` counts within the catalogue. */
export type BrokenImage = {readonly position: number; readonly reason: string};

/** The pictures of some positions of a catalogue, decoded, in a pack. */
export class StoredImages {
  readonly decoder: DecoderName;
  readonly #catalogue: Catalogue;
  readonly #pack: PackFile;
  readonly #options: StoreOptions;
  /** Of the catalogue, ascending. */
  readonly #positions: Uint32Array;
  readonly #stamps: Stamps;
  #isOpen = true;

  private constructor(
    catalogue: Catalogue,
    pack: PackFile,
    positions: Uint32Array,
    stamps: Stamps,
    options: StoreOptions,
  ) {
    this.decoder = options.decoder;
    this.#catalogue = catalogue;
    this.#pack = pack;
    this.#positions = positions;
    this.#stamps = stamps;
    this.#options = options;
  }

  /**
   * Decodes what the pack does not have yet. It owns the pack from then on.
   *
   * @param positions Of the catalogue, ascending.
   * @param makeRoom  Called with the bytes that will be written, before anything is.
   */
  static async fill(
    catalogue: Catalogue,
    pack: PackFile,
    positions: Uint32Array,
    options: StoreOptions,
    makeRoom: (bytes: number) => Promise<void>,
  ): Promise<StoredImages> {
    const stamps = await stampsOf(positions.length, index =>
      catalogue.locate(positions[index] as number),
    );
    const images = new StoredImages(catalogue, pack, positions, stamps, options);
    const missing = images.#missing();
    if (missing.length > 0) {
      await makeRoom(missing.length * pack.geometry.slotBytes);
      await images.#decode(missing);
    }
    return images;
  }

  /** Those that cannot be used, in order of their positions. */
  async broken(): Promise<readonly BrokenImage[]> {
    const broken: BrokenImage[] = [];
    for (const position of this.#positions) {
      if (this.#pack.originalSize(position)[0] > 0) continue;
      const reason = (await this.#pack.reason(position)) ?? 'it was broken when it was decoded';
      broken.push({position, reason});
    }
    return broken;
  }

  /** How many of the usable ones are not of the most common size. */
  otherSize(): number {
    const sizes = new Map<number, number>();
    let usable = 0;
    for (const position of this.#positions) {
      const [height, width] = this.#pack.originalSize(position);
      if (height === 0) continue;
      usable += 1;
      const key = height * 0x10000 + width;
      sizes.set(key, (sizes.get(key) ?? 0) + 1);
    }
    return usable - Math.max(0, ...sizes.values());
  }

  /**
   * Copies the pictures at these positions of the catalogue, one after another, into `target`.
   * What turns out to be damaged is decoded again.
   *
   * @throws UserError with exit code 3 where that cannot be.
   */
  async read(positions: Uint32Array, target: Uint8Array): Promise<void> {
    for (let start = 0; start < positions.length; start += AT_ONCE) {
      const part = positions.subarray(start, start + AT_ONCE);
      const {imageBytes} = this.#pack.geometry;
      const out = target.subarray(start * imageBytes, (start + part.length) * imageBytes);
      const damaged = await this.#readPart(part, out);
      if (damaged.length === 0) continue;
      await this.#repair(damaged);
      const [still] = await this.#readPart(part, out);
      if (still !== undefined) throw this.#changed(still);
    }
  }

  /** May be called more than once. */
  async close(): Promise<void> {
    if (this.#isOpen) await this.#pack.close();
    this.#isOpen = false;
  }

  /** Positions whose slots are damaged. */
  async #readPart(positions: Uint32Array, target: Uint8Array): Promise<readonly number[]> {
    const {imageBytes} = this.#pack.geometry;
    const whole = await Promise.all(
      Array.from(positions, (position, index) =>
        this.#pack.readPixels(
          position,
          target.subarray(index * imageBytes, (index + 1) * imageBytes),
        ),
      ),
    );
    return [...positions].filter((_, index) => whole[index] === false);
  }

  async #repair(damaged: readonly number[]): Promise<void> {
    const indices = damaged.map(position => this.#positions.indexOf(position));
    const now = await stampsOf(damaged.length, index =>
      this.#catalogue.locate(damaged[index] as number),
    );
    const changed = damaged.find((_, row) => {
      const [first, second] = this.#stampAt(indices[row] as number);
      return now[row * 2] !== first || now[row * 2 + 1] !== second;
    });
    if (changed !== undefined) throw this.#changed(changed);
    for (const position of damaged) this.#pack.forget(position);
    await this.#decode(Uint32Array.from(indices));
  }

  /** @param indices Within `#positions`. */
  async #decode(indices: Uint32Array): Promise<void> {
    const total = indices.length;
    const itemAt = (row: number) => {
      const index = indices[row] as number;
      const position = this.#positions[index] as number;
      return {position, location: this.#catalogue.locate(position), stamp: this.#stampAt(index)};
    };
    await decodeInto(this.#pack, total, itemAt, {
      ...this.#options,
      onProgress: done => this.#options.onProgress(done, total),
    });
    await this.#pack.readEntries();
    const [lost] = this.#missing();
    if (lost !== undefined) throw new Error(`nothing was written for picture ${lost}`);
  }

  /** Indices within `#positions` of what the pack does not have. */
  #missing(): Uint32Array {
    const indices: number[] = [];
    this.#positions.forEach((position, index) => {
      if (!this.#pack.has(position, this.#stampAt(index))) indices.push(index);
    });
    return Uint32Array.from(indices);
  }

  #stampAt(index: number): readonly [number, number] {
    return [this.#stamps[index * 2] as number, this.#stamps[index * 2 + 1] as number];
  }

  #changed(position: number): Error {
    const name = this.#catalogue.files[position] ?? '';
    return dataError(
      `${name}: the picture was changed or lost while it was in use.`,
      'Leave the pictures alone while a run reads them, and start again.',
    );
  }
}
