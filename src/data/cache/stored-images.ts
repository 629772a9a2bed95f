import type {Catalogue} from '../catalogue.js';
import {decodeInto} from '../decode/decode-into.js';
import type {DecoderName} from '../decode/image-decoder.js';
import {dataError} from '../layouts/text-file.js';
import type {Size} from '../image/area-filter.js';
import {ChangedImages} from './changed-images.js';
import type {PackFile} from './pack-file.js';

/** Slots that are read at once where many are. */
const AT_ONCE = 64;
/** No image has a longer side. */
const SIDES = 0x10000;

export type StoreOptions = {
  readonly size: Size;
  readonly decoder: DecoderName;
  /** As found by `findNativePackage`; sharp decodes everything where there is none. */
  readonly nativePackage: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
};

type Filling = {
  /**
   * Whether nothing was added to, removed from or renamed in the data's folder since the pack was
   * compared with it: each image's file is then looked at when it is read.
   */
  readonly isUnchanged: boolean;
  /** Called with the bytes that will be written, before anything is. */
  readonly makeRoom: (bytes: number) => Promise<void>;
};

/** `position` counts within the catalogue. */
export type BrokenImage = {readonly position: number; readonly reason: string};

/** The images of some positions of a catalogue, decoded, in a pack. */
export class StoredImages {
  readonly decoder: DecoderName;
  readonly #catalogue: Catalogue;
  readonly #pack: PackFile;
  readonly #options: StoreOptions;
  /** Of the catalogue, ascending. */
  readonly #positions: Uint32Array;
  readonly #changed: ChangedImages;
  #isOpen = true;

  private constructor(
    catalogue: Catalogue,
    pack: PackFile,
    positions: Uint32Array,
    options: StoreOptions,
  ) {
    this.decoder = options.decoder;
    this.#catalogue = catalogue;
    this.#pack = pack;
    this.#positions = positions;
    this.#options = options;
    this.#changed = new ChangedImages(catalogue, pack);
  }

  /**
   * Decodes what the pack does not have yet, or has of files that have changed since. It owns the
   * pack from then on.
   *
   * @param positions Of the catalogue, ascending.
   */
  static async fill(
    catalogue: Catalogue,
    pack: PackFile,
    positions: Uint32Array,
    {isUnchanged, makeRoom}: Filling,
    options: StoreOptions,
  ): Promise<StoredImages> {
    const images = new StoredImages(catalogue, pack, positions, options);
    const changed = images.#changed;
    const isWhole = isUnchanged && (await changed.among(changed.someOf(positions))).length === 0;
    if (!isWhole) await images.#forgetChanged();
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
      if (!this.#isBroken(position)) continue;
      broken.push({position, reason: await this.#reason(position)});
    }
    return broken;
  }

  /** How many of the usable ones are not of the most common size. */
  otherSize(): number {
    const counts = [...this.#sizes().values()];
    return counts.reduce((sum, count) => sum + count, 0) - Math.max(0, ...counts);
  }

  /** [height, width] of most of the usable ones, before they were scaled; undefined where none is usable. */
  usualSize(): Size | undefined {
    const [usual] = [...this.#sizes()].sort(([, first], [, second]) => second - first);
    return usual === undefined ? undefined : [Math.floor(usual[0] / SIDES), usual[0] % SIDES];
  }

  /** How many have each size, which is height * SIDES + width. */
  #sizes(): Map<number, number> {
    const sizes = new Map<number, number>();
    for (const position of this.#positions) {
      const [height, width] = this.#pack.originalSize(position);
      if (height === 0) continue;
      const key = height * SIDES + width;
      sizes.set(key, (sizes.get(key) ?? 0) + 1);
    }
    return sizes;
  }

  /**
   * Copies the images at these positions of the catalogue, one after another, into `target`.
   * What turns out to be damaged, or of a file that has changed since the pack was filled, is
   * decoded again.
   *
   * @throws UserError with exit code 3 where that cannot be.
   */
  async read(positions: Uint32Array, target: Uint8Array): Promise<void> {
    for (let start = 0; start < positions.length; start += AT_ONCE) {
      const part = positions.subarray(start, start + AT_ONCE);
      const {imageBytes} = this.#pack.geometry;
      const out = target.subarray(start * imageBytes, (start + part.length) * imageBytes);
      const [damaged, changed] = await Promise.all([
        this.#readPart(part, out),
        this.#changed.amongUnread(part),
      ]);
      if (damaged.length + changed.length === 0) continue;
      // Where one has changed behind a folder that looks the same, others may have.
      if (changed.length > 0) await this.#forgetChanged();
      await this.#repair(damaged);
      await this.#decode(this.#missing());
      const [still] = await this.#readPart(part, out);
      if (still !== undefined) throw await this.#lost(still);
    }
  }

  /** May be called more than once. */
  async close(): Promise<void> {
    if (this.#isOpen) await this.#pack.close();
    this.#isOpen = false;
  }

  /** Positions whose slots hold no image, or a damaged one. */
  async #readPart(positions: Uint32Array, target: Uint8Array): Promise<readonly number[]> {
    const {imageBytes} = this.#pack.geometry;
    const whole = await Promise.all(
      Array.from(positions, (position, index) => {
        if (this.#isBroken(position)) return Promise.resolve(false);
        const end = (index + 1) * imageBytes;
        return this.#pack.readPixels(position, target.subarray(end - imageBytes, end));
      }),
    );
    return [...positions].filter((_, index) => whole[index] === false);
  }

  /** Lets those be decoded again whose files are not those that were decoded. */
  async #forgetChanged(): Promise<void> {
    for (const position of await this.#changed.among(this.#positions)) this.#pack.forget(position);
  }

  /** Lets damaged ones be decoded again, unless their files have changed while they were in use. */
  async #repair(damaged: readonly number[]): Promise<void> {
    const [changed] = await this.#changed.among(Uint32Array.from(damaged));
    if (changed !== undefined) throw await this.#lost(changed);
    for (const position of damaged) this.#pack.forget(position);
  }

  /** @param missing Positions of the catalogue. */
  async #decode(missing: Uint32Array): Promise<void> {
    const itemAt = (index: number) => {
      const position = missing[index] as number;
      return {position, location: this.#catalogue.locate(position)};
    };
    await decodeInto(this.#pack, missing.length, itemAt, {
      ...this.#options,
      onProgress: done => this.#options.onProgress(done, missing.length),
    });
    await this.#pack.readEntries();
    const lost = missing.find(position => !this.#pack.has(position));
    if (lost !== undefined) throw new Error(`nothing was written for image ${lost}`);
    this.#changed.decoded(missing);
  }

  /** Positions that the pack does not have. */
  #missing(): Uint32Array {
    return this.#positions.filter(position => !this.#pack.has(position));
  }

  #isBroken(position: number): boolean {
    return this.#pack.has(position) && this.#pack.originalSize(position)[0] === 0;
  }

  async #reason(position: number): Promise<string> {
    return (await this.#pack.reason(position)) ?? 'it was broken when it was decoded';
  }

  async #lost(position: number): Promise<Error> {
    const name = this.#catalogue.files[position] ?? '';
    const why = this.#isBroken(position) ? ` Now ${await this.#reason(position)}.` : '';
    return dataError(
      `${name}: the image was changed or lost while it was in use.${why}`,
      'Leave the images alone while a run reads them, and start again.',
    );
  }
}
