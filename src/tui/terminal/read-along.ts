import type {Pointer} from '../keys/key-bursts.js';

/** Bracketed paste and SGR mouse reports: "XTerm Control Sequences", Thomas Dickey. */
const PASTE_START = '\u001B[200~';
const PASTE_END = '\u001B[201~';
const CTRL_C = '\u0003';
// eslint-disable-next-line no-control-regex -- these begin with ESC
const sequences = /\u001B\[(?:20[01]~|<(\d+);(\d+);(\d+)([Mm]))/g;
// eslint-disable-next-line no-control-regex -- these begin with ESC
const unfinished = /\u001B(?:\[[\d;<]*)?$/;

/** A paste comes without pauses; a line that broke never brings the end of one. */
const PASTE_MS = 2000;

/** Shift, Alt and Ctrl, in the number of a button. */
const MODIFIERS = 4 + 8 + 16;

const kinds: Readonly<Record<number, Pointer['kind']>> = {0: 'click', 64: 'up', 65: 'down'};

/** The part of standard input that Ink reads from. */
type Input = Pick<NodeJS.ReadStream, 'read' | 'emit'>;

/**
 * Reads along what Ink reads. Ink drops the reports of a mouse; and once a paste has begun, it keeps
 * everything back until the paste ends, also Ctrl-C.
 *
 * @returns A function that ends it.
 */
export function readAlong(stdin: Input, onPointer: (pointer: Pointer) => void): () => void {
  const read = stdin.read.bind(stdin);
  let isPasting = false;
  let isGivenUp = false;
  let start = '';
  let timer: NodeJS.Timeout | undefined;
  const giveUp = (): void => {
    isGivenUp = true;
    stdin.emit('readable');
  };
  const look = (text: string): string => {
    if (isPasting && text === CTRL_C) {
      isPasting = false;
      return `${PASTE_END}${CTRL_C}`;
    }
    const all = start + text;
    let end = 0;
    for (const match of all.matchAll(sequences)) {
      end = match.index + match[0].length;
      if (match[1] === undefined) isPasting = match[0] === PASTE_START;
      else if (!isPasting) report(match, onPointer);
    }
    start = unfinished.exec(all.slice(end))?.[0] ?? '';
    if (isPasting) timer = setTimeout(giveUp, PASTE_MS);
    return text;
  };
  stdin.read = size => {
    clearTimeout(timer);
    if (isGivenUp) {
      isGivenUp = false;
      isPasting = false;
      return PASTE_END;
    }
    const chunk: unknown = read(size);
    // Ink has it decoded: a character may be cut by the end of a read.
    if (typeof chunk === 'string') return look(chunk);
    if (isPasting) timer = setTimeout(giveUp, PASTE_MS);
    return chunk;
  };
  return () => {
    clearTimeout(timer);
    stdin.read = read;
  };
}

/** Reports count columns and rows from 1; `m` says that a button was released. */
function report(
  [, button, column, row, end]: RegExpExecArray,
  onPointer: (pointer: Pointer) => void,
): void {
  const kind = kinds[Number(button) & ~MODIFIERS];
  if (kind !== undefined && end === 'M')
    onPointer({kind, column: Number(column) - 1, row: Number(row) - 1});
}
