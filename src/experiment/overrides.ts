import {nearest} from '../util/nearest.js';
import {UserError} from '../util/user-error.js';
import {readDocument} from './document.js';
import {areRivals, keysAt, nodesAt} from './json-schema.js';
import {describe, shortened, type Path} from './problems.js';

export type Override = {
  /** The option's text for messages, shortened. */
  readonly text: string;
  readonly path: Path;
  readonly value: unknown;
};

/** Maps whose keys are paths. */
const KEYED_BY_PATH = [['matrix'], ['search', 'space']];

/** Parses `KEY=VALUE`. The value is YAML, so it may be a number, a list or a map. */
export function parseOverride(text: string): Override {
  const equals = text.indexOf('=');
  if (equals <= 0) {
    throw new UserError(
      `--set ${shortened(text)}: expected KEY=VALUE; received ${describe(text)}.`,
      {hint: 'For example: --set training.epochs=2'},
    );
  }
  const shown = shortened(text);
  const {value} = readDocument(text.slice(equals + 1), `--set ${shown}`);
  return {text: shown, path: parsePath(text.slice(0, equals)), value};
}

/**
 * The keys of `model.layers[0].conv2d.filters`; the rest after `matrix.` or `search.space.` is one key.
 */
export function parsePath(text: string): (string | number)[] {
  for (const section of KEYED_BY_PATH) {
    const start = `${section.join('.')}.`;
    if (text.startsWith(start)) return [...section, text.slice(start.length)];
  }
  return text
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .map(key => (/^\d+$/.test(key) ? Number(key) : key.trim()));
}

export function applyOverrides(value: unknown, overrides: readonly Override[]): unknown {
  return overrides.reduce((current, override) => {
    assertValidKey(override);
    return withValue(current, override, 0);
  }, structuredClone(value));
}

/**
 * The value without the axes of its matrix, and the keys of its search's space, that an override decides:
 * overrides win. Without any axis or key left, it has no matrix or search.
 */
export function withoutDecidedAxes(value: unknown, overrides: readonly Override[]): unknown {
  if (!isMap(value)) return value;
  const {matrix, search, ...rest} = value;
  return {
    ...rest,
    ...withAxes('matrix', matrix, overrides),
    ...(isMap(search) && isMap(search['space'])
      ? withSpace(search, withAxes('space', search['space'], overrides))
      : {...('search' in value && {search})}),
  };
}

function withSpace(search: Readonly<Record<string, unknown>>, space: object): object {
  return Object.keys(space).length === 0 ? {} : {search: {...search, ...space}};
}

/** A map of axes without those that an override decides; nothing where it decides all. */
function withAxes(name: string, axes: unknown, overrides: readonly Override[]): object {
  if (axes === undefined) return {};
  if (!isMap(axes)) return {[name]: axes};
  const entries = Object.entries(axes);
  const open = entries.filter(
    ([axis]) => !overrides.some(({path}) => decides(path, parsePath(axis))),
  );
  return open.length === 0 && entries.length > 0 ? {} : {[name]: Object.fromEntries(open)};
}

/** Whether setting one key decides another: the same, one inside the other, or a rival. */
function decides(path: Path, axis: Path): boolean {
  const apart = path.findIndex((key, index) => index < axis.length && axis[index] !== key);
  if (apart === -1) return true;
  return areRivals(path.slice(0, apart), path[apart] as string, axis[apart] as string);
}

/** @throws UserError with the nearest valid key where a key of the path is not valid. */
function assertValidKey({text, path}: Override): void {
  path.forEach((key, index) => {
    const parent = path.slice(0, index);
    if (nodesAt([...parent, key]).length > 0) return;
    const validKeys = keysAt(parent);
    const near = nearest(String(key), validKeys);
    const expected = validKeys.length === 0 ? 'a valid key' : `one of ${validKeys.join(', ')}`;
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
    assertInList(key, list.length, override);
    list[key] = withValue(list[key], override, depth + 1);
    return list;
  }
  const map = withoutRivals(isMap(current) ? current : {}, override.path.slice(0, depth), key);
  const inner = Object.hasOwn(map, key) ? map[key] : undefined;
  return {...map, [key]: withValue(inner, override, depth + 1)};
}

function assertInList(index: number, length: number, {text}: Override): void {
  if (index <= length) return;
  throw new UserError(
    `--set ${text}: the list has ${length} entries. Expected an index from 0 to ${length} (which adds an entry); received ${index}.`,
  );
}

/** Removes keys that the new key excludes, such as scale for size. */
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
