import {closeSync, openSync, readFileSync, readSync} from 'node:fs';

/** Nearly every picture fits; with it, reading one costs a third of `readFileSync`. */
const BUFFER_BYTES = 128 * 1024;

/**
 * Where the bytes of one picture are: plain data, so that another process can read them without
 * opening the whole data set again.
 */
export type PictureLocation =
  | {readonly kind: 'file'; readonly file: string}
  /** A part of a larger file. */
  | {
      readonly kind: 'range';
      readonly file: string;
      readonly start: number;
      readonly length: number;
    };

/** Reads the encoded bytes of pictures; keeps the larger files open that they are in. */
export class PictureReader {
  readonly #descriptors = new Map<string, number>();
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);

  /** @throws where the file cannot be read, or ends before the picture does. */
  read(location: PictureLocation): Buffer {
    if (location.kind === 'file') return this.#readWhole(location.file);
    const {file, start, length} = location;
    const bytes = Buffer.allocUnsafe(length);
    const found = readSync(this.#descriptor(file), bytes, 0, length, start);
    return bytes.subarray(0, found);
  }

  close(): void {
    for (const descriptor of this.#descriptors.values()) closeSync(descriptor);
    this.#descriptors.clear();
  }

  #readWhole(file: string): Buffer {
    const descriptor = openSync(file, 'r');
    try {
      const length = readSync(descriptor, this.#buffer, 0, BUFFER_BYTES, 0);
      return length < BUFFER_BYTES
        ? Buffer.from(this.#buffer.subarray(0, length))
        : readFileSync(file);
    } finally {
      closeSync(descriptor);
    }
  }

  #descriptor(file: string): number {
    const open = this.#descriptors.get(file);
    if (open !== undefined) return open;
    const descriptor = openSync(file, 'r');
    this.#descriptors.set(file, descriptor);
    return descriptor;
  }
}
