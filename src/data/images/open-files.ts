import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import {fsPath} from '../../util/raw-names.js';

/** More are not kept open at the same time. */
const MAX_OPEN = 64;
const LARGE_BYTES = 1_000_000;

/** Reads parts of files, and keeps the files open that it reads from. */
export class OpenFiles {
  readonly #descriptors = new Map<string, number>();

  /** At most so many bytes from a position on; fewer where the file ends before. */
  read(file: string, start: number, length: number): Buffer {
    // A damaged file may promise more than there is memory.
    const wanted = length > LARGE_BYTES ? Math.min(length, this.size(file)) : length;
    const bytes = Buffer.allocUnsafe(wanted);
    let found = 0;
    while (found < wanted) {
      const more = readSync(this.#descriptor(file), bytes, found, wanted - found, start + found);
      if (more === 0) break;
      found += more;
    }
    return bytes.subarray(0, found);
  }

  size(file: string): number {
    return fstatSync(this.#descriptor(file)).size;
  }

  close(): void {
    for (const descriptor of this.#descriptors.values()) closeSync(descriptor);
    this.#descriptors.clear();
  }

  #descriptor(file: string): number {
    const open = this.#descriptors.get(file);
    if (open !== undefined) return open;
    if (this.#descriptors.size >= MAX_OPEN) this.close();
    const descriptor = openSync(fsPath(file), 'r');
    this.#descriptors.set(file, descriptor);
    return descriptor;
  }
}
