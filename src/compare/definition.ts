import {parse} from 'yaml';
import {readPlainFile} from '../util/safe-file.js';

/** Keys of a definition with their values as text, such as `data.image.scale` and `3`. */
export type FlatDefinition = Readonly<Record<string, string>>;

/** A hundred times what a long definition takes; a parser of YAML is slow. */
const MAX_BYTES = 200_000;

/** What says nothing of the question: names, and what `--seed` and `--repeat` set. */
const LEFT_OUT = new Set(['name', 'description', 'expect', 'training.seed', 'data.seed']);

/** The resolved definition of a run, flattened; undefined where it cannot be read. */
export async function readDefinition(file: string): Promise<FlatDefinition | undefined> {
  try {
    const text = (await readPlainFile(file, MAX_BYTES)).toString();
    // No warnings: what a run keeps needs no advice on its tags.
    const value: unknown = parse(text, {
      maxAliasCount: 0,
      logLevel: 'error',
      uniqueKeys: false,
      resolveKnownTags: false,
    });
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
