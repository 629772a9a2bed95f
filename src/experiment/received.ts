import type {Problem} from './problems.js';

export type Path = readonly (string | number)[];

/** A value that is not what belongs at its place. */
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

const SHOWN_CHARACTERS = 60;

/** A value as it is shown in a message: short, on one line. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value);
  return shortened(JSON.stringify(value));
}

/** The beginning of a long text. */
export function shortened(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 3)}…` : text;
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
