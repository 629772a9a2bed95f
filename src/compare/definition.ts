import {readFile} from 'node:fs/promises';
import {parse} from 'yaml';

/** Keys of a definition with their values as text, such as `data.image.scale` and `3`. */
export type FlatDefinition = Readonly<Record<string, string>>;

/** What says nothing of the question: names, and what `--seed` and `--repeat` set. */
const LEFT_OUT = new Set(['name', 'description', 'expect', 'training.seed', 'data.seed']);

/** The resolved definition of a run, flattened; undefined where it cannot be read. */
export async function readDefinition(file: string): Promise<FlatDefinition | undefined> {
  try {
    const value: unknown = parse(await readFile(file, 'utf8'), {maxAliasCount: 0});
    return Object.fromEntries(flatten(value, '').filter(([key]) => !LEFT_OUT.has(key)));
  } catch {
    return undefined;
  }
}

function flatten(value: unknown, key: string): (readonly [string, string])[] {
  if (Array.isArray(value)) {
    const plain = value.every(item => typeof item !== 'object');
    return [[key, plain ? value.join(' ') : value.map(layerText).join(', ')]];
  }
  if (typeof value !== 'object' || value === null) return [[key, String(value)]];
  return Object.entries(value).flatMap(([name, item]) =>
    flatten(item, key === '' ? name : `${key}.${name}`),
  );
}

/** A layer with all its settings, on one line. */
function layerText(layer: unknown): string {
  return flatten(layer, '')
    .map(([key, text]) => `${key} ${text}`)
    .join(' ');
}
