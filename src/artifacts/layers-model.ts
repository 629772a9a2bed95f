import path from 'node:path';
import type {LayersModel} from '@tensorflow/tfjs';
import * as z from 'zod';
import {BINARY} from '../experiment/classes.js';
import {HeadDecisions} from '../experiment/decision.js';
import {MOST_CLASSES} from '../experiment/limits.js';
import {sizeOf} from '../model/layers/layer-kind.js';
import {
  readNetwork,
  Topology,
  topologyOf,
  type NamedTensor,
  type Network,
  type OutputPlan,
} from '../tensorflow/network.js';
import {separateHeads} from '../tensorflow/head-columns.js';
import {placeFolder} from '../util/place-folder.js';
import {makePlainFolder, readPlainFile} from '../util/safe-file.js';
import {UserError, messageOf} from '../util/user-error.js';

/**
 * The meaning of a model's outputs, in `model.json` (`userDefinedMetadata`): `predict` needs only the
 * folder.
 */
const ModelMetadata = z.object({
  celebaTui: z.object({
    version: z.literal(1),
    /** In the order of the model's outputs. */
    heads: z.array(z.string().regex(/^\w[\w-]{0,63}(\.\d+)?$/)).min(1),
    /** As in a plan: an output for each head, or one vector of logits. */
    output: z.enum(['heads', 'vector']),
    /** What each head ends with; absent for a softmax over its classes. */
    activation: z.literal('sigmoid').optional(),
    /** For readers: the input that the network expects. */
    input: z.string(),
    /** Names of the classes of heads; absent where all have 0 and 1. */
    classes: z.array(z.array(z.string()).min(2).max(MOST_CLASSES)).optional(),
    /** How the heads decide; absent where all have the plain decision. */
    decisions: HeadDecisions.optional(),
    /** The precision that it was trained in; absent for float32. */
    precision: z.literal('bfloat16').optional(),
  }),
});

const shape = z.array(z.number().int().min(0));

const WeightSpec = z.looseObject({name: z.string(), shape, dtype: z.literal('float32')});

const ModelJson = z.looseObject({
  format: z.literal('layers-model'),
  modelTopology: Topology,
  weightsManifest: z
    .array(z.looseObject({paths: z.array(z.string()), weights: z.array(WeightSpec)}))
    .min(1),
  userDefinedMetadata: z.unknown().optional(),
});

/** A model in the layers format of tfjs, read from its folder. */
export type LayersFile = {
  readonly folder: string;
  readonly topology: Topology;
  readonly weights: readonly NamedTensor[];
  /** From the model's own metadata, where it has any. */
  readonly plan: OutputPlan | undefined;
  /** From the model's own metadata; undefined where all heads have the plain decision. */
  readonly decisions: HeadDecisions | undefined;
  /** In which it was trained, from the model's own metadata; undefined for float32. */
  readonly precision?: 'bfloat16' | undefined;
};

/** A model that can be written into a folder. */
export type WholeModel = Pick<LayersFile, 'topology' | 'weights' | 'decisions' | 'precision'> & {
  readonly plan: OutputPlan;
};

/** As tfjs writes it: the files of a run are, to the byte, those of its `model.save`. */
const GENERATED_BY = 'TensorFlow.js tfjs-layers v4.22.0';
/** A hundred times the length of a deep network's description. */
const MAX_DESCRIPTION_BYTES = 16_000_000;
/** The most that Node reads at once. */
const MAX_WEIGHT_BYTES = 2 ** 31 - 1;

/** Reads `model.json` and its weights. @throws UserError where they are not a whole layers model. */
export async function readLayersFile(folder: string): Promise<LayersFile> {
  const file = path.join(folder, 'model.json');
  const parsed = ModelJson.safeParse(parseJson(await read(file, MAX_DESCRIPTION_BYTES), file));
  if (!parsed.success) {
    throw new UserError(
      `${file}: this is not a layers model of tfjs with float32 weights:\n${z.prettifyError(parsed.error)}`,
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
  const metadata = metadataOf(userDefinedMetadata, file);
  return {
    folder,
    topology: modelTopology,
    weights: splitBytes(Buffer.concat(parts), specs, path.join(folder, paths[0] ?? '')),
    plan: metadata,
    decisions: metadata?.decisions,
    precision: metadata?.precision,
  };
}

/** @throws UserError where it is there but wrong: without its thresholds the model would predict otherwise. */
function metadataOf(
  value: unknown,
  file: string,
): z.infer<typeof ModelMetadata>['celebaTui'] | undefined {
  const metadata = ModelMetadata.safeParse(value);
  if (metadata.success) return metadata.data.celebaTui;
  if (!Object.hasOwn(Object(value) as object, 'celebaTui')) return undefined;
  throw new UserError(
    `${file}: what it says about its heads (userDefinedMetadata) cannot be used:\n${z.prettifyError(metadata.error)}`,
    {hint: 'Write the model again with this version of the program.'},
  );
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
    throw new UserError(`${file}: this is not JSON: ${messageOf(error)}`, {cause: error});
  }
}

/** Accepts only files beside `model.json`. */
function inside(folder: string, name: string, file: string): string {
  if (path.basename(name) === name && name !== '..') return path.join(folder, name);
  throw new UserError(`${file}: expected weights in the same folder; received the path ${name}.`);
}

/** Counts the bytes of all weights, as float32. */
function bytesOf(specs: readonly z.infer<typeof WeightSpec>[]): number {
  return specs.reduce((sum, spec) => sum + 4 * sizeOf(spec.shape), 0);
}

function splitBytes(
  bytes: Buffer,
  specs: readonly z.infer<typeof WeightSpec>[],
  file: string,
): NamedTensor[] {
  const wanted = bytesOf(specs);
  if (wanted !== bytes.length) {
    throw new UserError(
      `${file}: the file of the weights has the wrong size. Expected ${wanted} bytes; received ${bytes.length}.`,
      {hint: 'Copy the model again.'},
    );
  }
  let start = 0;
  return specs.map(spec => {
    const size = bytesOf([spec]);
    // A copy is aligned for a Float32Array.
    const copy = new Uint8Array(bytes.subarray(start, start + size));
    start += size;
    return {name: spec.name, shape: spec.shape, values: new Float32Array(copy.buffer)};
  });
}

/** Returns the meaning of a model's outputs, from its run or from its metadata. @throws UserError */
export function planOf(file: LayersFile, runPlan: OutputPlan | undefined): OutputPlan {
  const plan = runPlan ?? file.plan;
  if (plan !== undefined) return plan;
  throw new UserError(`${file.folder}: model.json does not say which heads the model has.`, {
    hint: 'Name the run instead of the folder, or write the model again with split or export --format tfjs.',
  });
}

/** Reads a saved model as a network; each head of a vector is an output. @throws UserError */
export function readSavedNetwork(file: LayersFile, plan: OutputPlan): Network {
  return separateHeads(readNetwork({...file, source: file.folder, plan}));
}

/** Whether all heads have the classes 0 and 1, which go without saying. */
function isPlain({classes = []}: OutputPlan): boolean {
  return classes.every(names => names.join() === BINARY.join());
}

/** Makes the files of a layers model, for `tf.loadLayersModel`. */
export function layersFiles(
  {topology, weights, plan, decisions, precision}: WholeModel,
  generatedBy = 'celeba-tui',
): Record<string, string | Buffer> {
  const metadata: z.infer<typeof ModelMetadata> = {
    celebaTui: {
      version: 1,
      heads: [...plan.heads],
      output: plan.output,
      ...(plan.activation && {activation: plan.activation}),
      ...(isPlain(plan) ? {} : {classes: plan.classes?.map(names => [...names])}),
      input: 'RGB, [batch, height, width, 3], each value divided by 255',
      ...(decisions === undefined ? {} : {decisions}),
      ...(precision === undefined ? {} : {precision}),
    },
  };
  const description = {
    format: 'layers-model',
    generatedBy,
    convertedBy: null,
    modelTopology: topology,
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: weights.map(weight => ({
          name: weight.name,
          shape: weight.shape,
          dtype: 'float32',
        })),
      },
    ],
    userDefinedMetadata: metadata,
  };
  const bytes = weights.map(({values}) =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  );
  return {'weights.bin': Buffer.concat(bytes), 'model.json': JSON.stringify(description)};
}

/**
 * Saves a model of tfjs. The folder appears whole or not at all, also after a power failure.
 *
 * @throws Error where the folder has other files or is a link.
 */
export async function saveModel(
  model: LayersModel,
  plan: OutputPlan,
  {decisions, precision}: Partial<Pick<WholeModel, 'decisions' | 'precision'>>,
  folder: string,
): Promise<void> {
  await makePlainFolder(path.dirname(folder));
  const weights = model.weights.map(variable => ({
    name: variable.originalName,
    shape: variable.shape.map(Number),
    values: Float32Array.from(variable.read().dataSync()),
  }));
  const files = layersFiles(
    {topology: topologyOf(model), weights, plan, decisions, precision},
    GENERATED_BY,
  );
  await placeFolder(folder, files);
}
