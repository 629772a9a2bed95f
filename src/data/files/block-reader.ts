import {closeSync, openSync, readSync} from 'node:fs';
import {RandomAccessReader} from 'yauzl';
import {fsPath} from '../../util/raw-names.js';

const BLOCK_BYTES = 1 << 20;

/**
 * Lets yauzl read a zip's directory a megabyte at a time. On its own it asks the file system twice
 * for each entry: for all of CelebA, seconds.
 */
export class BlockReader extends RandomAccessReader {
  readonly #descriptor: number;
  #block = Buffer.alloc(0);
  #start = 0;

  constructor(file: string) {
    super();
    this.#descriptor = openSync(fsPath(file), 'r');
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    try {
      this.#load(position, length);
      const at = position - this.#start;
      callback(null, this.#block.copy(buffer, offset, at, at + length));
    } catch (error) {
      callback(error as Error);
    }
  }

  override close(callback: (error: Error | null) => void): void {
    closeSync(this.#descriptor);
    callback(null);
  }

  #load(position: number, length: number): void {
    const end = this.#start + this.#block.length;
    if (position >= this.#start && position + length <= end) return;
    const block = Buffer.alloc(Math.max(BLOCK_BYTES, length));
    const found = readSync(this.#descriptor, block, 0, block.length, position);
    this.#block = block.subarray(0, found);
    this.#start = position;
  }
}
