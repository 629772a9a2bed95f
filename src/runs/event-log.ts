import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  readSync,
  writeSync,
} from 'node:fs';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {decodeEvent, encodeEvent, type RunEvent} from './events.js';
import {openForAppendSync, openPlainFileSync} from '../util/safe-file.js';

const READ_BYTES = 256 * 1024;
const TAIL_BYTES = 64 * 1024;
/** A longer line is no event: the longest one, of an epoch with 64 heads, has some thousand bytes. */
const MAX_LINE_BYTES = 1024 * 1024;
/** A month of training writes less. The limit keeps an endless or sparse file from being read. */
const MAX_LOG_BYTES = 4_000_000_000;
const NEWLINE = 10;
/** How a line begins: `encodeEvent` writes the type first. */
const TYPE = '{"type":"';
const LONGEST_TYPE = 30;

/** Events that say of the state of a run all that these types said before them. */
const OVERWRITES: Readonly<Partial<Record<string, readonly RunEvent['type'][]>>> = {
  'epoch.started': ['epoch.started', 'batch.ended'],
  'checkpoint.saved': ['checkpoint.saved'],
  'data.progressed': ['data.progressed'],
} satisfies Partial<Record<RunEvent['type'], readonly RunEvent['type'][]>>;
/** Lines that wait to be overwritten. */
const MOST_LINES = 1000;

/** Appends to a run's log, one event a line. One writer at a time: the run's trainer. */
export class EventLogWriter {
  readonly #descriptor: number;

  constructor(file: string) {
    this.#descriptor = openForAppendSync(file, 'read and append');
    cutTornLine(this.#descriptor);
  }

  append(event: RunEvent): void {
    const before = fstatSync(this.#descriptor).size;
    const line = Buffer.from(`${encodeEvent(event)}\n`);
    try {
      let written = 0;
      while (written < line.length) written += writeSync(this.#descriptor, line, written);
    } catch (error) {
      // A full disk may have taken a part of the line.
      ftruncateSync(this.#descriptor, before);
      throw error;
    }
  }

  /** Makes all appended events survive a power cut. */
  sync(): void {
    fsyncSync(this.#descriptor);
  }

  close(): void {
    this.sync();
    closeSync(this.#descriptor);
  }
}

/** Removes a last line that a kill tore: the next event must not be glued to it. */
function cutTornLine(descriptor: number): void {
  const last = fstatSync(descriptor).size;
  const bytes = Buffer.alloc(TAIL_BYTES);
  let end = last;
  while (end > 0) {
    const start = Math.max(0, end - TAIL_BYTES);
    const bytesRead = readSync(descriptor, bytes, 0, end - start, start);
    const newline = bytes.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    end = start + newline + 1;
    if (newline !== -1) break;
  }
  if (end !== last) ftruncateSync(descriptor, end);
}

/** Reads a log, and with each further call the events that were added since. */
export class EventLogReader {
  readonly #file: string;
  #offset = 0;
  #rest: Buffer = Buffer.alloc(0);
  /** Whether the reader is inside a line that is too long, which it skips. */
  #skipping = false;
  readonly #isForState: boolean;
  /** Lines that are not decoded yet; undefined where a later one says the same. */
  #lines: (Buffer | undefined)[] = [];
  /** Indexes of the lines of each type. */
  readonly #places = new Map<string, number[]>();

  /**
   * @param isForState Whether the events only make the state of the run: the batches of an epoch that
   *   another epoch follows are left out, and what later events overwrite. They are most of a long
   *   log, and reading them takes longest.
   */
  constructor(file: string, isForState = false) {
    this.#file = file;
    this.#isForState = isForState;
  }

  /** Returns the events of the complete lines since the last call; a torn last line waits for its end. */
  async readNew(): Promise<RunEvent[]> {
    let descriptor;
    try {
      const entry = lstatSync(this.#file, {throwIfNoEntry: false});
      if (entry === undefined || (entry.isFile() && entry.size <= this.#offset)) return [];
      descriptor = openPlainFileSync(this.#file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    const events: RunEvent[] = [];
    try {
      const {size} = fstatSync(descriptor);
      if (size > MAX_LOG_BYTES)
        throw new Error(
          `the log is too long. Expected at most ${MAX_LOG_BYTES} bytes; received ${size}`,
        );
      // What is appended meanwhile is for the next call.
      while (this.#offset < size) {
        const length = Math.min(READ_BYTES, size - this.#offset);
        const buffer = Buffer.allocUnsafe(length);
        const bytesRead = readSync(descriptor, buffer, 0, length, this.#offset);
        if (bytesRead === 0) break;
        this.#offset += bytesRead;
        const bytes = buffer.subarray(0, bytesRead);
        this.#take(this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]), events);
        // The interface answers keys meanwhile.
        if (this.#offset < size) await nextTurn();
      }
      this.#decode(events);
    } finally {
      closeSync(descriptor);
    }
    return events;
  }

  #takeLine(line: Buffer, events: RunEvent[]): void {
    if (this.#isForState) {
      const type = typeOf(line);
      for (const overwritten of OVERWRITES[type] ?? [])
        for (const index of this.#places.get(overwritten)?.splice(0) ?? [])
          this.#lines[index] = undefined;
      if (this.#lines.length >= MOST_LINES) this.#decode(events);
      const places = this.#places.get(type) ?? [];
      places.push(this.#lines.length);
      this.#places.set(type, places);
    }
    this.#lines.push(line);
  }

  #decode(events: RunEvent[]): void {
    this.#places.clear();
    for (const line of this.#lines.splice(0)) {
      const event = line === undefined ? undefined : decodeEvent(line.toString());
      if (event !== undefined) events.push(event);
    }
  }

  #take(bytes: Buffer, events: RunEvent[]): void {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      if (!this.#skipping) this.#takeLine(bytes.subarray(start, end), events);
      this.#skipping = false;
      start = end + 1;
    }
    this.#skipping ||= bytes.length - start > MAX_LINE_BYTES;
    this.#rest = this.#skipping ? Buffer.alloc(0) : bytes.subarray(start);
  }
}

/** The type of the event in a line; another text where there is none. */
function typeOf(line: Buffer): string {
  const begin = line.toString('latin1', TYPE.length, TYPE.length + LONGEST_TYPE);
  return begin.slice(0, begin.indexOf('"'));
}
