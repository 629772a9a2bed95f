import {LineCounter, parseDocument, type Document} from 'yaml';
import {UserError, messageOf} from '../util/user-error.js';
import {indexDocument, MERGE, type SourceIndex} from './document-index.js';
import {problemsError, type Place} from './problems.js';

/** Longest text that is read, in characters: a hundred times what a long definition takes. */
export const MAX_CHARACTERS = 200_000;
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
      `${file}: too long for an experiment. Expected at most ${MAX_CHARACTERS} characters; received more.`,
    );
  }
  const lines = text.split(/\r?\n/);
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    lineCounter,
    // The parser compares every key with every other; the index below finds the same in one pass.
    uniqueKeys: false,
    // `<<: *anchor`, as in YAML 1.1 and as most programs read it.
    merge: true,
    prettyErrors: false,
    customTags: [],
    // Bytes, sets and dates have no place in an experiment.
    resolveKnownTags: false,
  });
  const placeAt = (offset: number): Place => {
    const {line, col} = lineCounter.linePos(offset);
    return {line, column: col};
  };
  const fail = (message: string, offset: number): Error =>
    problemsError(file, lines, [{path: [], message, place: placeAt(offset)}]);
  // What follows a first fault of syntax is mostly its echo.
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) {
    const place = placeAt(fault.pos[0]);
    throw fail(plain(fault.code, fault.message, lines[place.line - 1], place), fault.pos[0]);
  }
  const {version, explicit} = document.directives.yaml;
  if (explicit === true && version !== '1.2')
    throw fail(`The file asks for YAML ${version}. Expected 1.2, or no %YAML line.`, 0);
  const index = indexDocument(document);
  if (index.problems.length > 0) {
    const placed = index.problems.map(problem => ({...problem, place: placeAt(problem.offset)}));
    throw problemsError(file, lines, placed);
  }
  return {
    file,
    lines,
    value: toValue(document, file),
    placeOf: (path, atKey = false) => placeAt(offsetOf(index, path, atKey)),
  };
}

function toValue(document: Document, file: string): unknown {
  try {
    return document.toJS({maxAliasCount: MAX_ALIASES});
  } catch (error) {
    throw new UserError(
      `${file}: its aliases multiply: ${messageOf(error)}. Expected at most ${MAX_ALIASES} copies.`,
      {hint: 'Write the repeated parts out.'},
    );
  }
}

/** The parser's words, with the faults that people meet most said plainly. */
function plain(code: string, message: string, line: string | undefined, place: Place): string {
  if ((line ?? '').slice(0, place.column).includes('\t'))
    return 'A tab cannot indent YAML. Expected blanks; received a tab.';
  if (code === 'MULTIPLE_DOCS')
    return 'A second document begins here. Expected one experiment in a file; received ---.';
  if (message.includes('call stack')) return 'Nested too deeply.';
  return message.endsWith('.') ? message : `${message}.`;
}

function offsetOf(
  {places}: SourceIndex,
  path: readonly (string | number)[],
  atKey: boolean,
): number {
  for (let length = path.length; length > 0; length--) {
    const found = places.get(path.slice(0, length));
    if (found === undefined) continue;
    // A key that a map does not spell out itself may be from the map that it takes over.
    const merged = length < path.length ? places.get([...path.slice(0, length), MERGE]) : undefined;
    if (merged !== undefined) return merged.key ?? 0;
    return (atKey ? found.key : found.value) ?? found.key ?? 0;
  }
  return 0;
}
