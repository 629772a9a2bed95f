/** DEC mode 2026: the terminal shows what comes between as one; others ignore it. */
const BEGIN_SYNCHRONIZED = '\u001B[?2026h';
const END_SYNCHRONIZED = '\u001B[?2026l';
const CLEAR = '\u001B[0m\u001B[2J';

type Output = Pick<NodeJS.WriteStream, 'write' | 'columns' | 'rows'>;

/**
 * Draws frames as the difference to the one before: only lines that changed are written, each at
 * its place, and nothing where nothing changed. Ink's own ways either write the whole frame at each
 * change or, by difference, lose count of a frame that ends with a line end.
 */
export class FrameWriter {
  readonly #output: Output;
  #lines: readonly string[] = [];
  #size = '';
  #isForgotten = false;
  #frameIsNext = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Called before Ink writes a frame; anything else that is written passes as it is. */
  readonly expectFrame = (): void => {
    this.#frameIsNext = true;
  };

  /** Draws a frame that Ink has no part in. */
  readonly draw = (frame: string): void => {
    this.expectFrame();
    this.write(frame);
  };

  /** Every line of the next frame is written; the screen is not cleared, which would flash. */
  readonly forget = (): void => {
    this.#isForgotten = true;
  };

  write(text: string | Uint8Array): boolean {
    if (!this.#frameIsNext || typeof text !== 'string') return this.#output.write(text);
    this.#frameIsNext = false;
    // Ink's tree is empty where a screen is lines, which come by themselves.
    if (text === '') return true;
    const difference = this.#differenceTo(text.split('\n'));
    return difference === ''
      ? true
      : this.#output.write(`${BEGIN_SYNCHRONIZED}${difference}${END_SYNCHRONIZED}`);
  }

  /** A new size is drawn whole: what a terminal leaves of the old frame is anybody's guess. */
  #differenceTo(lines: readonly string[]): string {
    const size = `${this.#output.columns}x${this.#output.rows}`;
    const fresh = size !== this.#size;
    const before = fresh ? [] : this.#lines;
    const isWhole = fresh || this.#isForgotten;
    this.#isForgotten = false;
    this.#size = size;
    this.#lines = lines;
    const parts = Array.from({length: Math.max(lines.length, before.length)}, (_, row) => {
      const line = lines[row] ?? '';
      return !isWhole && line === (before[row] ?? '')
        ? ''
        : `\u001B[${row + 1};1H\u001B[0m\u001B[2K${line}`;
    });
    const changes = `${fresh ? CLEAR : ''}${parts.join('')}`;
    // Images find their place by counting up from the line below the frame, where Ink leaves it.
    return changes === '' ? '' : `${changes}\u001B[${lines.length + 1};1H`;
  }
}

/** The stream as Ink sees it: all as it is but for what is written. */
export function framed<Stream extends NodeJS.WriteStream>(
  stdout: Stream,
  writer: FrameWriter,
): Stream {
  return new Proxy(stdout, {
    get: (target, key): unknown => {
      if (key === 'write') {
        return (text: string | Uint8Array, ...rest: unknown[]): boolean => {
          const done = rest.find(one => typeof one === 'function') as (() => void) | undefined;
          const written = writer.write(text);
          if (done !== undefined) queueMicrotask(done);
          return written;
        };
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function'
        ? (value as (...args: unknown[]) => unknown).bind(target)
        : value;
    },
  });
}
