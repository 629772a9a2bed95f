import type {Experiment} from './schema.js';

/** A key with another value; undefined stands for a missing key. */
type Difference = {
  readonly key: string;
  readonly before: unknown;
  readonly after: unknown;
};

/** Keys that decide a run's result and differ between two definitions. */
export function differences(before: Experiment, after: Experiment): Difference[] {
  return (['data', 'model', 'training', 'evaluation'] as const).flatMap(part =>
    differing(part, before[part], after[part]),
  );
}

function differing(key: string, before: unknown, after: unknown): Difference[] {
  if (isTree(before) && isTree(after)) {
    const isList = Array.isArray(before) && Array.isArray(after);
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap(name =>
      differing(
        isList ? `${key}[${name}]` : `${key}.${name}`,
        (before as Record<string, unknown>)[name],
        (after as Record<string, unknown>)[name],
      ),
    );
  }
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{key, before, after}];
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** `training.epochs: 2 before, 3 now` */
export function differenceText({key, before, after}: Difference): string {
  const text = (value: unknown): string =>
    value === undefined ? 'missing' : JSON.stringify(value);
  return `${key}: ${text(before)} before, ${text(after)} now`;
}
