import {parse} from 'yaml';
import * as z from 'zod';
import {flatten, isPlain, type Leaf} from '../experiment/flatten.js';
import {Slices} from '../experiment/slices.js';
import {readPlainFileSync} from '../util/safe-file.js';
import type {RunFolder} from './run-folder.js';

type RunDefinition = {
  /** Values by their keys, such as `data.image.scale`; a list is one text. */
  readonly values: Readonly<Record<string, Leaf>>;
  /** `evaluation.slices` */
  readonly slices: readonly string[];
  /** `data.classes` */
  readonly classes: Readonly<Record<string, readonly string[]>>;
};

/** A hundred times the size of a long definition; a YAML parser is slow. */
const MAX_BYTES = 200_000;

/** By folder: a definition never changes, and reading those of a thousand runs takes a second. */
const definitions = new WeakMap<RunFolder, RunDefinition | undefined>();

/** The resolved definition of a run; undefined where it cannot be read. */
export function readRunDefinition(folder: RunFolder): RunDefinition | undefined {
  if (!definitions.has(folder)) definitions.set(folder, parseDefinition(folder));
  return definitions.get(folder);
}

/** Whether `readRunDefinition` returns at once. */
export function isDefinitionRead(folder: RunFolder): boolean {
  return definitions.has(folder);
}

const WithClasses = z.object({
  data: z.object({classes: z.record(z.string(), z.array(z.string()).min(2))}),
});
const WithSlices = z.object({evaluation: z.object({slices: Slices})});

function parseDefinition({experiment}: RunFolder): RunDefinition | undefined {
  try {
    const value: unknown = parse(readPlainFileSync(experiment, MAX_BYTES).toString(), {
      maxAliasCount: 0,
      logLevel: 'error',
      uniqueKeys: false,
      resolveKnownTags: false,
    });
    const slices = WithSlices.safeParse(value).data?.evaluation.slices ?? [];
    const classes = WithClasses.safeParse(value).data?.data.classes ?? {};
    return {values: Object.fromEntries(flatten(value, '', listText)), slices, classes};
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
