import {createHash} from 'node:crypto';
import {readdirSync, readFileSync, statSync, type Stats} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import type * as fflate from 'fflate';
import * as z from 'zod';
import {expandHome} from '../../util/expand-home.js';
import {readHdf5} from '../../util/hdf5.js';
import {messageOf, UserError} from '../../util/user-error.js';
import {decodeTensors, storedBytes, StoredTensor, type FileTensor} from './stored-tensors.js';

/** A model that Keras or tfjs has saved. */
type KerasFile = {
  /** The model as Keras describes it: `class_name` and `config`. */
  readonly model: unknown;
  /** SHA-256 of everything that was read, description and weights. */
  readonly sha256: string;
  /** Whether this program has trained it. */
  readonly isOurs?: boolean;
};

/** Its weights: their names have that of the layer, and end with that of the weight, or its place: `layer/0`. */
type KerasWeights = Pick<KerasFile, 'sha256'> & {readonly weights: readonly FileTensor[]};

type OpenedFile = KerasFile & {
  /** Paths of all files. */
  readonly parts: readonly string[];
  readonly weights: () => FileTensor[];
};

const MAX_BYTES = 2 ** 31 - 1;
const EXPECTED =
  'Expected a layers model of tfjs (model.json beside its weights), a .keras or .h5 file with a whole model, or a finished run (runs/ID)';

/** By full path: the description, and what its files were like when it was read. */
const earlier = new Map<
  string,
  KerasFile & {readonly parts: readonly string[]; readonly stamp: string}
>();

/**
 * Reads the description of a model of Keras or tfjs, once until its files change.
 *
 * @param name Path of a file, of the folder of a layers model, or of a run.
 * @throws UserError where it is something else, or a part of it is missing.
 */
export function readKerasFile(name: string): KerasFile {
  const place = path.resolve(expandHome(name));
  const before = earlier.get(place);
  if (before !== undefined && stampOf(before.parts) === before.stamp) return before;
  const {weights: _, ...read} = openFile(name);
  earlier.set(place, {...read, stamp: stampOf(read.parts)});
  return read;
}

/** Reads the weights of such a model. @throws UserError */
export function readKerasWeights(name: string): KerasWeights {
  const {sha256, weights} = openFile(name);
  return {sha256, weights: understood(name, weights)};
}

function stampOf(parts: readonly string[]): string {
  return parts
    .map(factsOf)
    .map(facts => [facts?.size, facts?.mtimeMs, facts?.ino].join())
    .join(' ');
}

function openFile(name: string): OpenedFile {
  const main = mainFile(expandHome(name));
  const bytes = readPart(main, name);
  return understood(name, () => {
    if (startsWith(bytes, 'PK')) return openKeras(main, bytes);
    if (startsWith(bytes, '\u0089HDF')) return openHdf5(main, bytes);
    if (startsWith(bytes, '{')) return openLayersModel(name, main, bytes);
    throw new Error('it is something else');
  });
}

/** @throws UserError in place of the errors of libraries. */
function understood<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `${name}: no model can be read from this: ${messageOf(error)}. ${EXPECTED}.`,
      {
        hint: 'Save it again with model.save, or convert it with tensorflowjs_converter --output_format=tfjs_layers_model.',
        cause: error,
      },
    );
  }
}

function startsWith(bytes: Buffer, text: string): boolean {
  return bytes.subarray(0, text.length).toString('latin1') === text;
}

/** undefined where there is nothing, or the path is none: too long, through a file, or a link to itself. */
function factsOf(file: string): Stats | undefined {
  try {
    return statSync(file, {throwIfNoEntry: false});
  } catch {
    return undefined;
  }
}

function isFile(file: string): boolean {
  return factsOf(file)?.isFile() === true;
}

/** The file with a model's description: of a folder its `model.json`, of a run that of its only network. */
function mainFile(name: string): string {
  const facts = factsOf(name);
  if (facts === undefined)
    throw new UserError(
      `${name}: there is no such file. ${EXPECTED}; a relative path starts in the working folder.`,
    );
  if (!facts.isDirectory()) return name;
  if (isFile(path.join(name, 'model.json'))) return path.join(name, 'model.json');
  const models = path.join(name, 'models');
  const networks = (isFolder(models) ? readdirSync(models).sort() : []).map(network =>
    path.join(models, network),
  );
  const files = networks.map(folder => path.join(folder, 'model.json')).filter(isFile);
  if (files.length === 1) return files[0] as string;
  throw new UserError(
    files.length === 0
      ? `${name}: this folder has no model.json. ${EXPECTED}.`
      : `${name}: the run has several networks. Expected one of ${networks.join(', ')}.`,
  );
}

function isFolder(folder: string): boolean {
  return factsOf(folder)?.isDirectory() === true;
}

/** @param name Of the model, for messages. */
function readPart(file: string, name: string): Buffer {
  const facts = factsOf(file);
  if (facts === undefined)
    throw new UserError(`${name}: the file ${path.basename(file)} of its weights is missing.`, {
      hint: 'Copy all files of the model into one folder.',
    });
  if (!facts.isFile() || facts.size > MAX_BYTES)
    throw new UserError(`${file}: expected a file of less than 2 GB.`);
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UserError(`${file}: the file cannot be read: ${messageOf(error)}`, {cause: error});
  }
}

function sha256Of(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

const ModelJson = z.object({
  format: z.string().default('layers-model'),
  modelTopology: z.looseObject({model_config: z.unknown().optional()}),
  weightsManifest: z.array(z.object({paths: z.array(z.string()), weights: z.array(StoredTensor)})),
  userDefinedMetadata: z.looseObject({}).nullish().catch(undefined),
});

/** `model.json`, as tfjs's `model.save` and tensorflowjs_converter write it. */
function openLayersModel(name: string, main: string, bytes: Buffer): OpenedFile {
  const json = JSON.parse(bytes.toString('utf8')) as unknown;
  const {data, error} = ModelJson.safeParse(json);
  if (data === undefined) throw new Error(`its JSON has ${z.prettifyError(error)}`);
  if (data.format !== 'layers-model')
    throw new Error(`it is a ${data.format}, which has operations in place of layers`);
  const folder = path.dirname(main);
  const shards = data.weightsManifest
    .flatMap(group => group.paths)
    .map(shard => {
      if (path.basename(shard) === shard && shard !== '..') return path.join(folder, shard);
      throw new Error(`its weights are in ${shard}, not beside model.json`);
    });
  const parts = shards.map(shard => readPart(shard, name));
  const specs = data.weightsManifest.flatMap(group => group.weights);
  const bytesThere = parts.reduce((sum, part) => sum + part.length, 0);
  if (bytesThere !== storedBytes(specs))
    throw new Error(
      `it has ${bytesThere} bytes of weights, not the ${storedBytes(specs)} of its description`,
    );
  const {model_config: ofKeras, ...ofTfjs} = data.modelTopology;
  return {
    // The converter of Keras's files puts the model one level deeper.
    model: ofKeras ?? ofTfjs,
    sha256: sha256Of([bytes, ...parts]),
    isOurs: data.userDefinedMetadata?.['celebaTui'] !== undefined,
    parts: [main, ...shards],
    weights: () => decodeTensors(specs, Buffer.concat(parts)),
  };
}

/** The zip file of Keras 3: config.json, and the weights by layer and place. */
function openKeras(main: string, bytes: Buffer): OpenedFile {
  // Few experiments need it.
  const {unzipSync, strFromU8} = createRequire(import.meta.url)('fflate') as typeof fflate;
  const names = ['config.json', 'model.weights.h5'];
  const entries = unzipSync(bytes, {
    filter: ({name, originalSize}) => names.includes(name) && originalSize <= MAX_BYTES,
  });
  const [config, weights] = names.map(entry => {
    const part = entries[entry];
    if (part === undefined) throw new Error(`it is a zip file without ${entry}`);
    return part;
  }) as [Uint8Array, Uint8Array];
  return {
    model: JSON.parse(strFromU8(config)),
    sha256: sha256Of([bytes]),
    parts: [main],
    weights: () =>
      readHdf5(weights).datasets.flatMap(({path: at, groupName, shape, read}) => {
        const [place = '', variables = '', layer = ''] = at.toReversed();
        if (variables !== 'vars') return [];
        return [{name: `${groupName ?? layer}/${place}`, shape, values: read()}];
      }),
  };
}

/** The HDF5 file of Keras 2, which Keras 3 writes, too. */
function openHdf5(main: string, bytes: Buffer): OpenedFile {
  const {attributes, datasets} = readHdf5(bytes);
  const {model_config: config} = attributes;
  if (typeof config !== 'string')
    throw new Error('it is an HDF5 file without model_config: weights alone, or something else');
  return {
    model: JSON.parse(config),
    sha256: sha256Of([bytes]),
    parts: [main],
    weights: () =>
      datasets.flatMap(({path: [group, layer = '', ...rest], shape, read}) => {
        if (group !== 'model_weights') return [];
        // Keras 2 numbers its tensors: `kernel:0`.
        return [{name: [layer, ...rest].join('/').replace(/:\d+$/, ''), shape, values: read()}];
      }),
  };
}
