import {LineCounter, parseDocument, type Document} from 'yaml';
import {UserError, messageOf} from '../util/user-error.js';
import {indexDocument, MERGE, type SourceIndex} from './document-index.js';
import {problemsError, type Path, type Place} from './problems.js';

/** Maximum length of a text in characters: a hundred times a long definition. */
export const MAX_CHARACTERS = 200_000;
const MAX_ALIASES = 100;

/** A YAML text with the place of each of its keys. */
export type SourceDocument = {
  readonly file: string;
  readonly lines: readonly string[];
  readonly value: unknown;
  /** Place of the value at a path, or of its nearest existing parent. */
  readonly placeOf: (path: Path, atKey?: boolean) => Place | undefined;
};

/** Reads YAML 1.2. @throws UserError with the line. */
export function readDocument(text: string, file: string): SourceDocument {
  if (text.length > MAX_CHARACTERS) {
    throw new UserError(
      `${file}: the file is too long for an experiment. Expected at most ${MAX_CHARACTERS} characters; received more.`,
    );
  }
  const lines = text.split(/\r?\n/);
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    lineCounter,
    // The index below finds duplicates in one pass; the parser compares every pair of keys.
    uniqueKeys: false,
    // `<<: *anchor`, as in YAML 1.1 and most programs.
    merge: true,
    prettyErrors: false,
    customTags: [],
    // An experiment has no bytes, sets or dates.
    resolveKnownTags: false,
  });
  const placeAt = (offset: number): Place => {
    const {line, col} = lineCounter.linePos(offset);
    return {line, column: col};
  };
  const fail = (message: string, offset: number): Error =>
    problemsError(file, lines, [{path: [], message, place: placeAt(offset)}]);
  // Later syntax errors mostly follow from the first one.
  const [syntaxError] = [...document.errors, ...document.warnings];
  if (syntaxError !== undefined) {
    const place = placeAt(syntaxError.pos[0]);
    const message = plain(syntaxError.code, syntaxError.message, lines[place.line - 1], place);
    throw fail(message, syntaxError.pos[0]);
  }
  const {version, explicit} = document.directives.yaml;
  if (explicit === true && version !== '1.2')
    throw fail(`The file declares YAML ${version}. Expected 1.2, or no %YAML line.`, 0);
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
      `${file}: the aliases expand to too many values: ${messageOf(error)}. Expected at most ${MAX_ALIASES} copies.`,
      {hint: 'Write the repeated parts out.'},
    );
  }
}

/** The parser's message, or a plainer one for the most common errors. */
function plain(code: string, message: string, line: string | undefined, place: Place): string {
  if ((line ?? '').slice(0, place.column).includes('\t'))
    return 'YAML cannot be indented by tabs. Expected spaces; received a tab.';
  if (code === 'MULTIPLE_DOCS')
    return 'A second document starts here. Expected one experiment per file; received ---.';
  if (message.includes('call stack')) return 'The value is nested too deeply.';
  return message.endsWith('.') ? message : `${message}.`;
}

function offsetOf({places}: SourceIndex, path: Path, atKey: boolean): number {
  for (let length = path.length; length > 0; length--) {
    const offsets = places.get(path.slice(0, length));
    if (offsets === undefined) continue;
    // A key that the map lacks may come from a merged map.
    const merged = length < path.length ? places.get([...path.slice(0, length), MERGE]) : undefined;
    if (merged !== undefined) return merged.key ?? 0;
    return (atKey ? offsets.key : offsets.value) ?? offsets.key ?? 0;
  }
  return 0;
}
