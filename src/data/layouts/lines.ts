/** The lines of a text that are not empty, whatever their ends. */
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
      const line = this.#text.slice(this.#at, end);
      const trimmed = line.trim();
      this.#at = end + 1;
      this.number++;
      if (trimmed !== '') return trim ? trimmed : line.replace(/\r$/, '');
    }
    return undefined;
  }
}
