import {closeSync, openSync, readSync} from 'node:fs';

/** More are not kept open at the same time. */
const MAX_OPEN = 64;

/** Reads parts of files, and keeps the files open that it reads from. */
export class OpenFiles {
  readonly #descriptors = new Map<string, number>();

  /** At most so many bytes from a position on; fewer where the file ends before. */
  read(file: string, start: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    let found = 0;
    while (found < length) {
      const more = readSync(this.#descriptor(file), bytes, found, length - found, start + found);
      if (more === 0) break;
      found += more;
    }
    return bytes.subarray(0, found);
  }

  close(): void {
    for (const descriptor of this.#descriptors.values()) closeSync(descriptor);
    this.#descriptors.clear();
  }

  #descriptor(file: string): number {
    const open = this.#descriptors.get(file);
    if (open !== undefined) return open;
    if (this.#descriptors.size >= MAX_OPEN) this.close();
    const descriptor = openSync(file, 'r');
    this.#descriptors.set(file, descriptor);
    return descriptor;
  }
}
