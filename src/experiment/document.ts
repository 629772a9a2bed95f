import {LineCounter, isMap, isNode, isPair, parseDocument, type Document, type Node} from 'yaml';
import {UserError} from '../util/user-error.js';
import {problemsError, type Place} from './problems.js';

const MAX_CHARACTERS = 1_000_000;
const MAX_ALIASES = 100;

/** A YAML text with the place of each of its keys. */
export type SourceDocument = {
  readonly file: string;
  readonly lines: readonly string[];
  readonly value: unknown;
  /** Place of the value at a path, or of its nearest parent that is there. */
  readonly placeOf: (path: readonly (string | number)[], atKey?: boolean) => Place | undefined;
};

/** Reads YAML 1.2. @throws UserError that shows the line. */
export function readDocument(text: string, file: string): SourceDocument {
  if (text.length > MAX_CHARACTERS) {
    throw new UserError(
      `${file}: too long for an experiment. Expected at most ${MAX_CHARACTERS} characters; received ${text.length}.`,
    );
  }
  const lines = text.split(/\r?\n/);
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    lineCounter,
    uniqueKeys: true,
    prettyErrors: false,
    customTags: [],
  });
  const placeAt = (offset: number): Place => {
    const {line, col} = lineCounter.linePos(offset);
    return {line, column: col};
  };
  const faults = [...document.errors, ...document.warnings];
  if (faults.length > 0) {
    const problems = faults.map(({message, pos}) => ({
      path: [],
      message: plain(message, lines, placeAt(pos[0])),
      place: placeAt(pos[0]),
    }));
    throw problemsError(file, lines, problems);
  }
  return {
    file,
    lines,
    value: toValue(document, file),
    placeOf: (path, atKey = false) => {
      const offset = offsetOf(document, path, atKey);
      return offset === undefined ? undefined : placeAt(offset);
    },
  };
}

function toValue(document: Document, file: string): unknown {
  try {
    return document.toJS({maxAliasCount: MAX_ALIASES});
  } catch (error) {
    throw new UserError(
      `${file}: ${error instanceof Error ? error.message : String(error)}. Expected at most ${MAX_ALIASES} aliases.`,
      {
        hint: 'Write the repeated parts out.',
      },
    );
  }
}

/** The parser's words, with the two faults that people meet most said plainly. */
function plain(message: string, lines: readonly string[], place: Place): string {
  if ((lines[place.line - 1] ?? '').slice(0, place.column).includes('\t')) {
    return 'A tab cannot indent YAML. Expected blanks; received a tab.';
  }
  if (message.includes('Map keys must be unique'))
    return 'This key stands here a second time. Expected each key once.';
  return message.endsWith('.') ? message : `${message}.`;
}

function offsetOf(
  document: Document,
  path: readonly (string | number)[],
  atKey: boolean,
): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const parent = document.getIn(path.slice(0, length - 1), true) ?? document.contents;
    const name = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(
        item => isPair(item) && isNode(item.key) && String(item.key) === String(name),
      );
      const wanted = atKey || !isNode(pair?.value) ? pair?.key : pair.value;
      const offset = startOf(wanted);
      if (offset !== undefined) return offset;
    }
    const offset = startOf(document.getIn(path.slice(0, length), true));
    if (offset !== undefined) return offset;
  }
  return 0;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? (node as Node).range?.[0] : undefined;
}
