import {parseDocument} from 'yaml';
import {UserError} from '../util/user-error.js';
import {keysAt, nodesAt} from './json-schema.js';
import {nearest} from '../util/nearest.js';

export type Override = {
  readonly text: string;
  readonly path: readonly (string | number)[];
  readonly value: unknown;
};

/** Reads `KEY=VALUE`; the value is YAML, so numbers, lists and maps can be given. */
export function parseOverride(text: string): Override {
  const equals = text.indexOf('=');
  if (equals <= 0) {
    throw new UserError(`--set ${text}: Expected KEY=VALUE; received ${JSON.stringify(text)}.`, {
      hint: 'For example: --set training.epochs=2',
    });
  }
  const document = parseDocument(text.slice(equals + 1));
  if (document.errors.length > 0) {
    throw new UserError(
      `--set ${text}: the value cannot be read: ${document.errors[0]?.message ?? ''}`,
    );
  }
  return {text, path: parsePath(text.slice(0, equals)), value: document.toJS({maxAliasCount: 0})};
}

/** `model.layers[0].conv2d.filters` as its keys. */
export function parsePath(text: string): (string | number)[] {
  return text
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .map(key => (/^\d+$/.test(key) ? Number(key) : key.trim()));
}

/** The value with the overrides in it; the value that came in stays as it was. */
export function applyOverrides(value: unknown, overrides: readonly Override[]): unknown {
  return overrides.reduce((current, override) => {
    requireKnown(override);
    return withValue(current, override.path, override.value, []);
  }, structuredClone(value));
}

/** @throws UserError naming the nearest key where one of the path is unknown. */
function requireKnown({text, path}: Override): void {
  path.forEach((key, index) => {
    const parent = path.slice(0, index);
    if (nodesAt([...parent, key]).length > 0) return;
    const known = keysAt(parent);
    const near = nearest(String(key), known);
    const expected = known.length === 0 ? 'this place has no keys' : `one of ${known.join(', ')}`;
    throw new UserError(
      `--set ${text}: ${JSON.stringify(key)} is not a key. Expected ${expected}.${near === undefined ? '' : ` Did you mean ${[...parent, near].join('.')}?`}`,
    );
  });
}

function withValue(
  current: unknown,
  path: readonly (string | number)[],
  value: unknown,
  above: (string | number)[],
): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof key === 'number') {
    const list = Array.isArray(current) ? [...(current as unknown[])] : [];
    list[key] = withValue(list[key], rest, value, [...above, key]);
    return list;
  }
  const map =
    typeof current === 'object' && current !== null && !Array.isArray(current) ? current : {};
  const kept = withoutRivals(map, above, key);
  const inner = Object.hasOwn(kept, key) ? kept[key] : undefined;
  return {...kept, [key]: withValue(inner, rest, value, [...above, key])};
}

/** Where keys exclude each other (scale and size, adam and sgd), the new one takes the place of the old. */
function withoutRivals(
  map: object,
  above: readonly (string | number)[],
  key: string,
): Record<string, unknown> {
  const branch = nodesAt(above).find(
    node => node.properties !== undefined && Object.hasOwn(node.properties, key),
  );
  const allowed = branch?.properties;
  const entries = Object.entries(map);
  return Object.fromEntries(
    allowed === undefined
      ? entries
      : entries.filter(([name]) => Object.hasOwn(allowed, name) || !keysAt(above).includes(name)),
  );
}
