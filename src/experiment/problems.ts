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
};

/** Where a problem is in a text: 1 is the first line and the first column. */
export type Place = {readonly line: number; readonly column: number};

const SHOWN_PROBLEMS = 5;
const SHOWN_CHARACTERS = 100;

/** `data.image.scale`, `model.layers[2].conv2d` */
export function pathText(path: readonly (string | number)[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`))
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
  const sorted = [...problems].sort((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0));
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

function excerpt(lines: readonly string[], place: Place | undefined): string {
  const line = place === undefined ? undefined : lines[place.line - 1];
  if (line === undefined || place === undefined) return '';
  const text = line.replaceAll('\t', '→').slice(0, SHOWN_CHARACTERS);
  const caret = ' '.repeat(Math.min(place.column - 1, text.length));
  const number = String(place.line);
  return `\n  ${number} | ${text}\n  ${' '.repeat(number.length)} | ${caret}^`;
}
