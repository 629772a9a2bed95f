import type {Experiment} from './schema.js';

/** A key that has another value now; undefined where it was not there. */
type Difference = {
  readonly key: string;
  readonly before: unknown;
  readonly after: unknown;
};

/** Keys that decide a run's result and have other values in the second definition. */
export function differences(before: Experiment, after: Experiment): Difference[] {
  return (['data', 'model', 'training'] as const).flatMap(part =>
    differing(part, before[part], after[part]),
  );
}

function differing(key: string, before: unknown, after: unknown): Difference[] {
  if (isTree(before) && isTree(after)) {
    const isList = Array.isArray(before) && Array.isArray(after);
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap(own =>
      differing(
        isList ? `${key}[${own}]` : `${key}.${own}`,
        (before as Record<string, unknown>)[own],
        (after as Record<string, unknown>)[own],
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
  const said = (value: unknown): string =>
    value === undefined ? 'not there' : JSON.stringify(value);
  return `${key}: ${said(before)} before, ${said(after)} now`;
}
