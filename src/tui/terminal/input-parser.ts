/** What a terminal sends: text and the sequences of keys, or a text that was pasted. */
export type InputPart = {readonly keys: string} | {readonly paste: string};

const ESC = '\u001B';
const BEL = '\u0007';
const CTRL_C = '\u0003';
const PASTE_START = `${ESC}[200~`;
const PASTE_END = `${ESC}[201~`;
/** A longer paste is cut: the only inputs are filters. */
const MAX_PASTE = 10_000;
/** No answer of a terminal is longer; what is, is not waited for. */
const MAX_PENDING = 10_000;

/** Arrows, Home, End and Shift-Tab, with modifiers as `ESC [ 1 ; 2 A`; rxvt's shifted arrows. */
const LETTER_KEY = /^\[(1;\d+)?[ABCDFHZ]$|^\[[a-d]$/;
/** Ins, Del, Page Up and function keys as `ESC [ 5 ~` and `ESC [ 5 ; 2 ~`. */
const NUMBER_KEY = /^\[([1-9]|[12]\d|3[0-4])(;\d+)?~$/;
/** A key as kitty's protocol reports it: pressed or repeated, not let go. */
const KITTY_KEY = /^\[\d+(:\d*){0,2}(;\d*(:[12])?(;[\d:]*)?)?u$/;
const APPLICATION_KEY = /^O[ABCDFH]$/;
/** Starts of answers that end with BEL or ESC \: OSC, DCS, APC, PM and SOS. */
const STRING_STARTS = ']P_^X';

/** The 8-bit forms of `ESC [`, `ESC ]`, `ESC P` and so on. */
const shortForms: Readonly<Record<string, string>> = {
  '\u0090': `${ESC}P`,
  '\u0098': `${ESC}X`,
  '\u009B': `${ESC}[`,
  '\u009C': `${ESC}\\`,
  '\u009D': `${ESC}]`,
  '\u009E': `${ESC}^`,
  '\u009F': `${ESC}_`,
};

/**
 * Tells keys from what nobody typed. Pasted text comes out by itself, whatever is in it. Answers of
 * the terminal (size, colours, kind), reports of the mouse and of the focus, and keys that are not
 * known here are left out: taken apart, their characters would be played as keys.
 */
export class InputParser {
  /** The beginning of a sequence whose end has not come yet. */
  #pending = '';
  /** What of a paste has come so far. */
  #paste: string | undefined;
  /** Nothing more of the paste came for a while. */
  #isQuiet = false;

  /** Whether the rest of a sequence or of a paste, or its absence, is awaited. */
  get isWaiting(): boolean {
    return this.#pending !== '' || this.#paste !== undefined;
  }

  /** @param chunk What one read returned; sequences may begin in one and end in the next. */
  push(chunk: string): readonly InputPart[] {
    // A terminal that never ends its paste must not lock the person out.
    if (this.#isQuiet && chunk === CTRL_C) this.#reset();
    this.#isQuiet = false;
    const parts: InputPart[] = [];
    let rest = this.#pending + withLongForms(chunk);
    this.#pending = '';
    while (rest !== '')
      rest = this.#paste === undefined ? this.#next(rest, parts) : this.#endPaste(rest, parts);
    return parts;
  }

  /** Nothing more came for a while: a lone ESC is the key, any other beginning of a sequence is nothing. */
  flush(): readonly InputPart[] {
    const pending = this.#pending;
    this.#isQuiet = true;
    if (this.#paste !== undefined) return [];
    this.#pending = '';
    return pending === ESC ? [{keys: ESC}] : [];
  }

  #reset(): void {
    this.#pending = '';
    this.#paste = undefined;
  }

  /** Takes one piece from the front. @returns What is left. */
  #next(text: string, parts: InputPart[]): string {
    const at = text.indexOf(ESC);
    if (at !== 0) {
      addKeys(parts, at === -1 ? text : text.slice(0, at));
      return at === -1 ? '' : text.slice(at);
    }
    const length = sequenceLength(text);
    if (length === undefined) {
      this.#pending = text.length > MAX_PENDING ? '' : text;
      return '';
    }
    const sequence = text.slice(0, length);
    if (sequence === PASTE_START) this.#paste = '';
    else if (isKey(sequence)) addKeys(parts, sequence);
    return text.slice(length);
  }

  #endPaste(text: string, parts: InputPart[]): string {
    const end = text.indexOf(PASTE_END);
    if (end === -1) {
      // The end may be cut by a read.
      const cut = text.lastIndexOf(ESC);
      const pending = cut !== -1 && PASTE_END.startsWith(text.slice(cut)) ? text.slice(cut) : '';
      this.#pending = pending;
      this.#addToPaste(text.slice(0, text.length - pending.length));
      return '';
    }
    this.#addToPaste(text.slice(0, end));
    parts.push({paste: this.#paste ?? ''});
    this.#paste = undefined;
    return text.slice(end + PASTE_END.length);
  }

  #addToPaste(text: string): void {
    this.#paste = `${this.#paste ?? ''}${text}`.slice(0, MAX_PASTE);
  }
}

function withLongForms(text: string): string {
  return text.replaceAll(/[\u0080-\u009F]/g, character => shortForms[character] ?? '');
}

/** Runs of text stay together, as one read brought them. */
function addKeys(parts: InputPart[], keys: string): void {
  const last = parts.at(-1);
  if (last !== undefined && 'keys' in last) parts[parts.length - 1] = {keys: `${last.keys}${keys}`};
  else parts.push({keys});
}

/** Length of the sequence that a text begins with; undefined where its end has not come. */
function sequenceLength(text: string): number | undefined {
  const [, second] = text;
  if (second === undefined) return undefined;
  if (second === '[') return controlLength(text);
  if (second === 'O') return text.length < 3 ? undefined : 3;
  // Two presses of Esc, or Esc before another sequence.
  if (second === ESC) return 1;
  if (!STRING_STARTS.includes(second)) return 1 + second.length;
  const ends = [text.indexOf(BEL, 2) + 1, text.indexOf(`${ESC}\\`, 2) + 2].filter(end => end > 1);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

function controlLength(text: string): number | undefined {
  // The mouse of old: three characters follow, whatever they are.
  if (text.startsWith(`${ESC}[M`)) return text.length < 6 ? undefined : 6;
  // Function keys of the Linux console: ESC [ [ A.
  if (text.startsWith(`${ESC}[[`)) return text.length < 4 ? undefined : 4;
  for (let at = 2; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x40 && code <= 0x7e) return at + 1;
    // What cannot be in a sequence ends it, and is something else.
    if (code < 0x20 || code > 0x3f) return at;
  }
  return undefined;
}

function isKey(sequence: string): boolean {
  if (sequence === ESC) return true;
  const rest = sequence.slice(1);
  return [LETTER_KEY, NUMBER_KEY, KITTY_KEY, APPLICATION_KEY].some(form => form.test(rest));
}
