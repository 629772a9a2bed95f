import {EventEmitter} from 'node:events';

/** A terminal's output of a given size that keeps what was written. */
export class FakeStdout extends EventEmitter {
  readonly isTTY = true;
  readonly written: string[] = [];
  columns: number;
  rows: number;

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
  }

  readonly write = (text: string): boolean => {
    this.written.push(text);
    return true;
  };

  resize(columns: number, rows: number): void {
    Object.assign(this, {columns, rows});
    this.emit('resize');
  }
}

/** A terminal's input; `press` is what a person types. */
export class FakeStdin extends EventEmitter {
  readonly isTTY = true;
  #typed: string | null = null;

  press(text: string): void {
    this.#typed = text;
    this.emit('readable');
  }

  read(): string | null {
    const text = this.#typed;
    this.#typed = null;
    return text;
  }

  readonly setEncoding = (): void => {};
  readonly setRawMode = (): void => {};
  readonly resume = (): void => {};
  readonly pause = (): void => {};
  readonly ref = (): void => {};
  readonly unref = (): void => {};
}
