import path from 'node:path';
import {z} from 'zod';
import {readPlainFile} from '../../util/safe-file.js';
import {UserError, messageOf} from '../../util/user-error.js';
import {ModelMetadata, type OutputPlan} from './metadata.js';

const shape = z.array(z.number().int().min(0));

const Layer = z.looseObject({
  name: z.string(),
  class_name: z.string(),
  config: z.record(z.string(), z.unknown()),
  /** One call of the layer, with one input: its name comes first. */
  inbound_nodes: z.array(z.array(z.tuple([z.string()], z.unknown()))),
});

const Topology = z.looseObject({
  class_name: z.string(),
  config: z.looseObject({
    name: z.string(),
    layers: z.array(Layer),
    output_layers: z.array(z.tuple([z.string()], z.unknown())).min(1),
  }),
});

const WeightSpec = z.looseObject({name: z.string(), shape, dtype: z.literal('float32')});

const ModelJson = z.looseObject({
  format: z.literal('layers-model'),
  modelTopology: Topology,
  weightsManifest: z
    .array(z.looseObject({paths: z.array(z.string()), weights: z.array(WeightSpec)}))
    .min(1),
  userDefinedMetadata: z.unknown().optional(),
});

export type LayersTopology = z.infer<typeof Topology>;
export type LayerEntry = z.infer<typeof Layer>;
export type WeightEntry = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
};

/** A model in tfjs's layers format as it lies on the disk. */
export type LayersFile = {
  readonly folder: string;
  readonly topology: LayersTopology;
  readonly weights: readonly WeightEntry[];
  /** Where the model says so itself. */
  readonly plan: OutputPlan | undefined;
};

/** A hundred times the description of a deep network. */
const MAX_DESCRIPTION_BYTES = 16_000_000;
/** What Node can read at once. */
const MAX_WEIGHT_BYTES = 2 ** 31 - 1;

/** Reads `model.json` and its weights. @throws UserError where they are no whole layers model. */
export async function readLayersFile(folder: string): Promise<LayersFile> {
  const file = path.join(folder, 'model.json');
  const parsed = ModelJson.safeParse(parseJson(await read(file, MAX_DESCRIPTION_BYTES), file));
  if (!parsed.success) {
    throw new UserError(
      `${file}: this is no layers model of tfjs with float32 weights:\n${z.prettifyError(parsed.error)}`,
      {hint: 'Expected a folder that a run, split or export --format tfjs has written.'},
    );
  }
  const {modelTopology, weightsManifest, userDefinedMetadata} = parsed.data;
  const specs = weightsManifest.flatMap(({weights}) => weights);
  const paths = weightsManifest.flatMap(group => group.paths);
  const expectedBytes = bytesOf(specs);
  const parts = await Promise.all(
    paths.map(name => read(inside(folder, name, file), Math.min(expectedBytes, MAX_WEIGHT_BYTES))),
  );
  const metadata = ModelMetadata.safeParse(userDefinedMetadata);
  return {
    folder,
    topology: modelTopology,
    weights: cut(Buffer.concat(parts), specs, path.join(folder, paths[0] ?? '')),
    plan: metadata.success ? metadata.data.celebaTui : undefined,
  };
}

async function read(file: string, maxBytes: number): Promise<Buffer> {
  try {
    return await readPlainFile(file, maxBytes);
  } catch (error) {
    throw new UserError(`${file}: the model cannot be read: ${messageOf(error)}`, {
      hint: 'Name the folder that holds model.json and its weights.',
      cause: error,
    });
  }
}

function parseJson(bytes: Buffer, file: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new UserError(`${file}: this is no JSON: ${messageOf(error)}`, {cause: error});
  }
}

/** Weights lie beside their description; a path that leads elsewhere is not followed. */
function inside(folder: string, name: string, file: string): string {
  if (path.basename(name) === name && name !== '..') return path.join(folder, name);
  throw new UserError(`${file}: weights are expected beside it; received the path ${name}.`);
}

/** Bytes that the weights take together, as float32. */
function bytesOf(specs: readonly z.infer<typeof WeightSpec>[]): number {
  return specs.reduce((sum, spec) => sum + 4 * spec.shape.reduce((a, b) => a * b, 1), 0);
}

function cut(
  bytes: Buffer,
  specs: readonly z.infer<typeof WeightSpec>[],
  file: string,
): WeightEntry[] {
  const wanted = bytesOf(specs);
  if (wanted !== bytes.length) {
    throw new UserError(
      `${file}: the weights are not whole. Expected ${wanted} bytes; received ${bytes.length}.`,
      {hint: 'Copy the model again.'},
    );
  }
  let start = 0;
  return specs.map(spec => {
    const size = bytesOf([spec]);
    // A copy begins where a Float32Array may.
    const own = new Uint8Array(bytes.subarray(start, start + size));
    start += size;
    return {name: spec.name, shape: spec.shape, values: new Float32Array(own.buffer)};
  });
}
