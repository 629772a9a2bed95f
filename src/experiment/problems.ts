import stringWidth from 'string-width';
import {printable} from '../util/format.js';
import {UserError} from '../util/user-error.js';

/** One thing that is wrong with a definition. */
export type Problem = {
  /** Path of the key, such as ['data', 'image', 'scale']. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The nearest valid name, where one is near. */
  readonly suggestion?: string | undefined;
  /** The problem is the key itself, not its value. */
  readonly atKey?: boolean;
  /** The problem is that the key is not there. */
  readonly missing?: boolean;
};

/** Where a problem is in a text: 1 is the first line and the first column. */
export type Place = {readonly line: number; readonly column: number};

const SHOWN_PROBLEMS = 5;
const SHOWN_CHARACTERS = 100;
const SHOWN_BEFORE_CARET = 60;

/** `data.image.scale`, `model.layers[2].conv2d` */
function pathText(path: readonly (string | number)[]): string {
  return path
    .map((key, index) =>
      typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${shortened(key)}`,
    )
    .join('');
}

/**
 * One error for all problems of a file, in the order of the file, each with its line.
 *
 * @param lines The lines of the file.
 */
export function problemsError(
  file: string,
  lines: readonly string[],
  problems: readonly (Problem & {readonly place: Place | undefined})[],
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
  return new UserError([...shown, ...more].join('\n'), {
    hint: 'celeba-tui schema prints every key with its meaning.',
  });
}

/** Problems without a place come first: they are from the command line. */
function order(a: Place | undefined, b: Place | undefined): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.column ?? 0) - (b?.column ?? 0);
}

/** The line with a caret below the column; of a long line the part around it. */
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

function shortened(key: string): string {
  return key.length > SHOWN_BEFORE_CARET ? `${key.slice(0, SHOWN_BEFORE_CARET - 1)}…` : key;
}
