import {parse} from 'yaml';
import {flatten, isPlain, type Leaf} from '../experiment/flatten.js';
import {readPlainFileSync} from '../util/safe-file.js';
import type {RunFolder} from './run-folder.js';

/** Values of a run's definition by their keys, such as `data.image.scale`; a list is one text. */
type FlatDefinition = Readonly<Record<string, Leaf>>;

/** A hundred times the size of a long definition; a YAML parser is slow. */
const MAX_BYTES = 200_000;

/** By folder: a definition never changes, and reading those of a thousand runs takes a second. */
const definitions = new WeakMap<RunFolder, FlatDefinition | undefined>();

/** The resolved definition of a run; undefined where it cannot be read. */
export function readFlatDefinition(folder: RunFolder): FlatDefinition | undefined {
  if (!definitions.has(folder)) definitions.set(folder, parseDefinition(folder));
  return definitions.get(folder);
}

/** Whether `readFlatDefinition` returns at once. */
export function isDefinitionRead(folder: RunFolder): boolean {
  return definitions.has(folder);
}

function parseDefinition({experiment}: RunFolder): FlatDefinition | undefined {
  try {
    const value: unknown = parse(readPlainFileSync(experiment, MAX_BYTES).toString(), {
      maxAliasCount: 0,
      logLevel: 'error',
      uniqueKeys: false,
      resolveKnownTags: false,
    });
    return Object.fromEntries(flatten(value, '', listText));
  } catch {
    return undefined;
  }
}

function listText(list: readonly unknown[]): string {
  return isPlain(list) ? list.join(' ') : list.map(layerText).join(', ');
}

/** A layer with all its settings, on one line. */
function layerText(layer: unknown): string {
  return flatten(layer, '', listText)
    .map(([key, text]) => `${key} ${text}`)
    .join(' ');
}
