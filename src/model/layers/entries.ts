import * as z from 'zod';
import {activation} from './layer-kind.js';
import {namedKinds, type LayerDefinition, type LayerOptions} from './layers.js';

type NamedKind = keyof typeof namedKinds;
const names = Object.keys(namedKinds) as NamedKind[];

const squeezeExcitation = z
  .strictObject({
    ratio: z
      .number()
      .int()
      .min(1)
      .max(1024)
      .default(16)
      .describe('Channels divided by the units of the first dense layer.'),
    activation: activation.default('relu').describe('Function of the first dense layer.'),
  })
  .describe('Multiplies each channel by a factor that two dense layers compute from all of them.');
export type SqueezeExcitationOptions = z.infer<typeof squeezeExcitation>;

/** Name of a block in `model.blocks`. */
export const BlockName = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}_-]{0,63}$/u, 'at most 64 letters, digits, - and _');

const plainKeys = {
  ...(Object.fromEntries(names.map(name => [name, namedKinds[name].options.optional()])) as {
    [K in NamedKind]: z.ZodOptional<z.ZodType<LayerOptions[K]>>;
  }),
  squeezeExcitation: squeezeExcitation.optional(),
  block: BlockName.optional().describe('Name of a block of model.blocks.'),
  repeat: z
    .number()
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('How many times the block comes, one after another; default: 1.'),
};

/** A layer within a branch: anything but a branch. */
const BranchEntry = z
  .strictObject(plainKeys)
  .refine(...exactlyOne([...names, 'squeezeExcitation', 'block']))
  .meta({$comment: 'The keys of model.layers[] without residual and add.'});

const branch = z.array(BranchEntry).max(200);

/** A layer as it is written in an experiment: one key, the kind, with its options. */
export const LayerEntry = z
  .strictObject({
    ...plainKeys,
    residual: z
      .strictObject({
        layers: branch.min(1).describe('Layers whose result is added to their input.'),
        shortcut: branch
          .optional()
          .describe(
            'Layers of the way around; default: none, or a 1x1 convolution where shapes differ.',
          ),
      })
      .optional()
      .describe('Layers with a way around them (He et al. 2016).'),
    add: z
      .array(branch)
      .min(2)
      .max(8)
      .optional()
      .describe(
        'Branches, each a list of layers, whose results are added; [] is the input itself.',
      ),
  })
  .refine(...exactlyOne([...names, 'squeezeExcitation', 'block', 'residual', 'add']));
export type LayerEntry = z.infer<typeof LayerEntry>;
export type BranchEntry = z.infer<typeof BranchEntry>;

/** Layers, and the blocks that they name. */
export type LayerLists = {
  readonly layers: readonly LayerEntry[];
  readonly blocks?: Readonly<Record<string, readonly LayerEntry[]>> | undefined;
};

/** The key of an entry, apart from `repeat`. */
type EntryKey = Exclude<keyof LayerEntry, 'repeat'>;

function exactlyOne(
  keys: readonly string[],
): [test: (entry: object) => boolean, options: {message: string}] {
  return [
    entry => {
      const present = Object.keys(entry);
      return (
        present.filter(key => key !== 'repeat').length === 1 &&
        (!present.includes('repeat') || present.includes('block'))
      );
    },
    {message: `exactly one of ${keys.join(', ')}; repeat only with block`},
  ];
}

/** Visits every entry of a model: of its layers, of its blocks, and of branches. */
export function* eachEntry({
  layers,
  blocks = {},
}: LayerLists): Generator<{path: readonly (string | number)[]; entry: LayerEntry}> {
  yield* entriesOf(layers, ['model', 'layers']);
  for (const [name, list] of Object.entries(blocks))
    yield* entriesOf(list, ['model', 'blocks', name]);
}

function* entriesOf(
  entries: readonly LayerEntry[],
  above: readonly (string | number)[],
): ReturnType<typeof eachEntry> {
  for (const [index, entry] of entries.entries()) {
    const path = [...above, index];
    yield {path, entry};
    const {layers = [], shortcut = []} = entry.residual ?? {};
    yield* entriesOf(layers, [...path, 'residual', 'layers']);
    yield* entriesOf(shortcut, [...path, 'residual', 'shortcut']);
    for (const [branch, list] of (entry.add ?? []).entries())
      yield* entriesOf(list, [...path, 'add', branch]);
  }
}

/** Returns the one key of a validated entry. */
export function entryKey(entry: LayerEntry): EntryKey {
  const key = (Object.keys(entry) as (keyof LayerEntry)[]).find(
    name => name !== 'repeat' && entry[name] !== undefined,
  );
  if (key === undefined) throw new Error('The layer entry has no kind.');
  return key as EntryKey;
}

/** Converts an entry that names a kind to a member of the closed union; undefined for other entries. */
export function layerDefinition(entry: LayerEntry): LayerDefinition | undefined {
  const kind = names.find(name => entry[name] !== undefined);
  return kind && ({kind, options: entry[kind]} as LayerDefinition);
}
