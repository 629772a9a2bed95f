import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import {fsPath} from '../../util/raw-names.js';

const BLOCK_BYTES = 1 << 20;

/** Reads a file piece by piece, a block at a time: pieces that follow each other cost one call. */
export class BlockFile {
  /** Length of the file. */
  readonly bytes: number;
  readonly #descriptor: number;
  #block = Buffer.alloc(0);
  #start = 0;

  constructor(file: string) {
    this.#descriptor = openSync(fsPath(file), 'r');
    this.bytes = fstatSync(this.#descriptor).size;
  }

  /**
   * The bytes from a place on; fewer where the file ends before.
   *
   * @param ahead Bytes that are read with them, for the next calls.
   */
  read(start: number, length: number, ahead = BLOCK_BYTES): Buffer {
    const at = start - this.#start;
    if (at >= 0 && at + length <= this.#block.length) return this.#block.subarray(at, at + length);
    const wanted = Math.min(Math.max(ahead, length), Math.max(0, this.bytes - start));
    const block = Buffer.allocUnsafe(wanted);
    this.#block = block.subarray(0, readSync(this.#descriptor, block, 0, wanted, start));
    this.#start = start;
    return this.#block.subarray(0, length);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
