import {
  closeSync,
  fsyncSync,
  openSync,
  readSync,
  writeSync,
  fstatSync,
  ftruncateSync,
} from 'node:fs';
import {open} from 'node:fs/promises';
import {decodeEvent, encodeEvent} from '../protocol/json.js';
import type {RunEvent} from '../protocol/events.js';

const READ_BYTES = 256 * 1024;
const NEWLINE = 10;

/** Appends to a run's log, one event a line. One writer at a time: the run's trainer. */
export class EventLogWriter {
  readonly #descriptor: number;

  constructor(file: string) {
    this.#descriptor = openSync(file, 'a+');
    cutTornLine(this.#descriptor);
  }

  append(event: RunEvent): void {
    writeSync(this.#descriptor, `${encodeEvent(event)}\n`);
  }

  close(): void {
    fsyncSync(this.#descriptor);
    closeSync(this.#descriptor);
  }
}

/** A line that a kill tore is no fact: what is written next must not be glued to it. */
function cutTornLine(descriptor: number): void {
  let end = fstatSync(descriptor).size;
  const byte = Buffer.alloc(1);
  const last = end;
  while (end > 0) {
    readSync(descriptor, byte, 0, 1, end - 1);
    if (byte[0] === NEWLINE) break;
    end -= 1;
  }
  if (end !== last) ftruncateSync(descriptor, end);
}

/** Reads a log from where it stopped the last time: once for a finished run, again for a live one. */
export class EventLogReader {
  readonly #file: string;
  #offset = 0;
  #rest: Buffer = Buffer.alloc(0);

  constructor(file: string) {
    this.#file = file;
  }

  /** The whole lines that were added since the last call; a torn last line waits for its end. */
  async readNew(): Promise<RunEvent[]> {
    let handle;
    try {
      handle = await open(this.#file, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    const events: RunEvent[] = [];
    try {
      const buffer = Buffer.alloc(READ_BYTES);
      for (;;) {
        const {bytesRead} = await handle.read(buffer, 0, READ_BYTES, this.#offset);
        if (bytesRead === 0) break;
        this.#offset += bytesRead;
        this.#take(Buffer.concat([this.#rest, buffer.subarray(0, bytesRead)]), events);
      }
    } finally {
      await handle.close();
    }
    return events;
  }

  #take(bytes: Buffer, events: RunEvent[]): void {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      const event = decodeEvent(bytes.toString('utf8', start, end));
      if (event !== undefined) events.push(event);
      start = end + 1;
    }
    this.#rest = bytes.subarray(start);
  }
}
