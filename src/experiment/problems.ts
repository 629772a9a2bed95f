import stringWidth from 'string-width';
import {printable} from '../util/format.js';
import {UserError} from '../util/user-error.js';

/** Keys of nested maps and indexes of lists, such as ['data', 'image', 'scale']. */
export type Path = readonly (string | number)[];

/** One thing that is wrong with a definition. */
export type Problem = {
  readonly path: Path;
  readonly message: string;
  /** The nearest valid name, where one is near. */
  readonly suggestion?: string | undefined;
  /** Whether the key itself is the problem, not its value. */
  readonly atKey?: boolean;
  readonly missing?: boolean;
};

/** Where a problem is in a text: 1 is the first line and the first column. */
export type Place = {readonly line: number; readonly column: number};

const SHOWN_PROBLEMS = 5;
const SHOWN_CHARACTERS = 100;
const SHOWN_BEFORE_CARET = 60;

/** `data.image.scale`, `model.layers[2].conv2d` */
function pathText(path: Path): string {
  return path
    .map((key, index) =>
      typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${shortKey(key)}`,
    )
    .join('');
}

/**
 * Makes one error of all problems of a file, each with its line, in the order of the file.
 *
 * @param lines The lines of the file.
 * @param hint  Where the keys are described.
 */
export function problemsError(
  file: string,
  lines: readonly string[],
  problems: readonly (Problem & {readonly place: Place | undefined})[],
  hint = 'celeba-tui schema prints every key with its meaning.',
): UserError {
  const sorted = [...problems].sort((a, b) => order(a.place, b.place));
  const shown = sorted.slice(0, SHOWN_PROBLEMS).map(problem => {
    const where =
      problem.place === undefined ? file : `${file}:${problem.place.line}:${problem.place.column}`;
    const path = problem.path.length === 0 ? '' : `${pathText(problem.path)}: `;
    const suggestion =
      problem.suggestion === undefined ? '' : ` Did you mean ${problem.suggestion}?`;
    return `${where}: ${path}${problem.message}${suggestion}${excerpt(lines, problem.place)}`;
  });
  const more = sorted.length > shown.length ? [`… and ${sorted.length - shown.length} more`] : [];
  return new UserError([...shown, ...more].join('\n'), {hint});
}

/** Problems without a place, from the command line, come first. */
function order(a: Place | undefined, b: Place | undefined): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

/** The line with a caret below the column, cut to the part around it. */
function excerpt(lines: readonly string[], place: Place | undefined): string {
  const line = place === undefined ? undefined : lines[place.line - 1];
  if (line === undefined || place === undefined) return '';
  const text = printable(line).replaceAll('\t', '→').replaceAll('\n', ' ');
  const column = place.column - 1;
  const start = column < SHOWN_CHARACTERS ? 0 : column - SHOWN_BEFORE_CARET;
  const end = start + SHOWN_CHARACTERS;
  const [before, after] = [start > 0 ? '…' : '', text.length > end ? '…' : ''];
  const caret = ' '.repeat(stringWidth(before + text.slice(start, column)));
  const number = String(place.line);
  const gap = ' '.repeat(number.length);
  return `\n  ${number} | ${before}${text.slice(start, end)}${after}\n  ${gap} | ${caret}^`;
}

function shortKey(key: string): string {
  return key.length > SHOWN_BEFORE_CARET ? `${key.slice(0, SHOWN_BEFORE_CARET - 1)}…` : key;
}

/** A problem with a value of the wrong kind or range. */
export function wrong(
  path: Path,
  expected: string,
  received: unknown,
  suggestion?: string,
): Problem {
  return {
    path,
    message: `Expected ${expected}; received ${describe(received)}.`,
    suggestion,
    missing: received === undefined,
  };
}

const VALUE_CHARACTERS = 60;

/** A value for a message: short, on one line. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value);
  return shortened(JSON.stringify(value));
}

export function shortened(text: string): string {
  return text.length > VALUE_CHARACTERS ? `${text.slice(0, VALUE_CHARACTERS - 3)}…` : text;
}

export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    root,
  );
}
