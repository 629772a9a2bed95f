/** The names of a thousand attributes take less. */
const MAX_LINE_LENGTH = 200_000;

/** The lines of a text that are not empty, whatever their ends. A longer one is cut, and so is wrong. */
export class Lines {
  readonly #text: string;
  #at = 0;
  /** Of the line that was given last, from 1. */
  number = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next line; without blanks at its ends, unless they may be empty cells. */
  next({trim = true}: {readonly trim?: boolean} = {}): string | undefined {
    while (this.#at < this.#text.length) {
      const newline = this.#text.indexOf('\n', this.#at);
      const end = newline === -1 ? this.#text.length : newline;
      const line = this.#text.slice(this.#at, Math.min(end, this.#at + MAX_LINE_LENGTH));
      const trimmed = line.trim();
      this.#at = end + 1;
      this.number++;
      if (trimmed !== '') return trim ? trimmed : line.replace(/\r$/, '');
    }
    return undefined;
  }
}
