import {nearest} from '../util/nearest.js';
import {UserError} from '../util/user-error.js';
import {readDocument} from './document.js';
import {areRivals, keysAt, nodesAt} from './json-schema.js';
import {describe, shortened, type Path} from './received.js';

export type Override = {
  /** As it was given, for messages: not all of a long one. */
  readonly text: string;
  readonly path: Path;
  readonly value: unknown;
};

/** Reads `KEY=VALUE`; the value is YAML, so numbers, lists and maps can be given. */
export function parseOverride(text: string): Override {
  const equals = text.indexOf('=');
  if (equals <= 0) {
    throw new UserError(
      `--set ${shortened(text)}: Expected KEY=VALUE; received ${describe(text)}.`,
      {
        hint: 'For example: --set training.epochs=2',
      },
    );
  }
  const shown = shortened(text);
  const {value} = readDocument(text.slice(equals + 1), `--set ${shown}`);
  return {text: shown, path: parsePath(text.slice(0, equals)), value};
}

/** `model.layers[0].conv2d.filters` as its keys; what follows `matrix.` is one key. */
export function parsePath(text: string): (string | number)[] {
  if (text.startsWith('matrix.')) return ['matrix', text.slice('matrix.'.length)];
  return text
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .map(key => (/^\d+$/.test(key) ? Number(key) : key.trim()));
}

/** The value with the overrides in it; the value that came in stays as it was. */
export function applyOverrides(value: unknown, overrides: readonly Override[]): unknown {
  return overrides.reduce((current, override) => {
    requireKnown(override);
    return withValue(current, override, 0);
  }, structuredClone(value));
}

/** The value without the axes of its matrix that an override decides: what was asked for last holds. */
export function withoutDecidedAxes(value: unknown, overrides: readonly Override[]): unknown {
  if (!isMap(value) || !isMap(value['matrix'])) return value;
  const {matrix, ...rest} = value;
  const axes = Object.entries(matrix as object).filter(
    ([axis]) => !overrides.some(({path}) => decides(path, parsePath(axis))),
  );
  return axes.length === 0 ? rest : {...rest, matrix: Object.fromEntries(axes)};
}

/** Whether setting one key settles another: the same, one inside the other, or one that excludes it. */
function decides(path: Path, axis: Path): boolean {
  const apart = path.findIndex((key, index) => index < axis.length && axis[index] !== key);
  if (apart === -1) return true;
  return areRivals(path.slice(0, apart), path[apart] as string, axis[apart] as string);
}

/** @throws UserError naming the nearest key where one of the path is unknown. */
function requireKnown({text, path}: Override): void {
  path.forEach((key, index) => {
    const parent = path.slice(0, index);
    if (nodesAt([...parent, key]).length > 0) return;
    const known = keysAt(parent);
    const near = nearest(String(key), known);
    const expected = known.length === 0 ? 'a key that is there' : `one of ${known.join(', ')}`;
    throw new UserError(
      `--set ${text}: ${describe(key)} is not a key. Expected ${expected}.${near === undefined ? '' : ` Did you mean ${[...parent, near].join('.')}?`}`,
    );
  });
}

function withValue(current: unknown, override: Override, depth: number): unknown {
  const key = override.path[depth];
  if (key === undefined) return override.value;
  if (typeof key === 'number') {
    const list: unknown[] = Array.isArray(current) ? [...(current as unknown[])] : [];
    requireInList(key, list.length, override);
    list[key] = withValue(list[key], override, depth + 1);
    return list;
  }
  const kept = withoutRivals(isMap(current) ? current : {}, override.path.slice(0, depth), key);
  const inner = Object.hasOwn(kept, key) ? kept[key] : undefined;
  return {...kept, [key]: withValue(inner, override, depth + 1)};
}

function requireInList(index: number, length: number, {text}: Override): void {
  if (index <= length) return;
  throw new UserError(
    `--set ${text}: the list has ${length} entries. Expected an index from 0 to ${length}, which adds one; received ${index}.`,
  );
}

/** Where keys exclude each other (scale and size, adam and sgd), the new one takes the place of the old. */
function withoutRivals(
  map: Readonly<Record<string, unknown>>,
  above: Path,
  key: string,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).filter(([name]) => !areRivals(above, name, key)));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
