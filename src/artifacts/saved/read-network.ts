import type {
  SavedHead,
  SavedLayer,
  SavedNetwork,
  SavedWeight,
} from '../../tensorflow/saved-network.js';
import {UserError} from '../../util/user-error.js';
import type {LayerEntry, LayersFile} from './layers-file.js';
import type {OutputPlan} from './metadata.js';
import {configFlaw, weightShapes} from './layer-config.js';
import {columnsOfPair} from './pairs.js';
import {savedShape} from './saved-shape.js';

/**
 * A saved model as a network: a trunk of layers that follow one another, and its heads. The pairs
 * of a vector become heads of their own.
 *
 * @throws UserError where the model is of another kind.
 */
export function readSavedNetwork(file: LayersFile, plan: OutputPlan): SavedNetwork {
  const {config} = file.topology;
  const [input, ...others] = config.layers;
  const inputShape = inputShapeOf(input, file);
  const outputNames = config.output_layers.map(([name]) => name);
  const outputs = outputNames.map(name => others.find(layer => layer.name === name));
  const trunk: SavedLayer[] = [];
  let above = input as LayerEntry;
  let shape = inputShape;
  for (const entry of others) {
    if (outputs.includes(entry)) continue;
    requireInput(entry, above, file);
    const layer = layerOf(entry, above.name, shape, file);
    trunk.push(layer);
    [above, shape] = [entry, layer.outputShape];
  }
  const heads = outputs.map(output => headOf(output, above, shape, file));
  return {name: config.name, inputShape, trunk, heads: namedHeads(heads, plan, file)};
}

function inputShapeOf(input: LayerEntry | undefined, file: LayersFile): readonly number[] {
  const shape = input?.class_name === 'InputLayer' ? input.config['batch_input_shape'] : undefined;
  const sides = Array.isArray(shape) ? shape.slice(1).map(Number) : [];
  if (sides.length === 3 && sides.every(isSide) && sides[2] === 3) return sides;
  throw refusal(file, `its input is not [batch, height, width, 3]: ${JSON.stringify(shape)}`);
}

/** As in an experiment: larger images have no place in memory. */
function isSide(side: number): boolean {
  return Number.isInteger(side) && side >= 1 && side <= 2048;
}

function requireInput(entry: LayerEntry, above: LayerEntry, file: LayersFile): void {
  const sources = entry.inbound_nodes.flat().map(([name]) => name);
  if (sources.length === 1 && sources[0] === above.name) return;
  throw refusal(file, `the layer ${entry.name} does not follow ${above.name}`);
}

function layerOf(
  entry: LayerEntry,
  input: string,
  inputShape: readonly number[],
  file: LayersFile,
): SavedLayer {
  const config = inMemoryKeys(entry.config);
  const type = entry.class_name;
  const flaw = configFlaw(type, config);
  if (flaw !== undefined) throw refusal(file, `the layer ${entry.name} has ${flaw}`);
  const outputShape = savedShape(type, config, inputShape, `${file.folder}: ${entry.name}`);
  const weights = weightsOf(entry.name, file);
  requireShapes(entry.name, weights, weightShapes(type, config, inputShape), file);
  return {name: entry.name, type, config, input, outputShape, weights};
}

function requireShapes(
  layer: string,
  weights: readonly SavedWeight[],
  expected: readonly (readonly number[])[],
  file: LayersFile,
): void {
  const text = (shapes: readonly (readonly number[])[]): string => JSON.stringify(shapes);
  const shapes = weights.map(({shape}) => shape);
  if (text(shapes) === text(expected)) return;
  throw refusal(
    file,
    `the weights of ${layer} do not fit it. Expected shapes ${text(expected)}; received ${text(shapes)}`,
  );
}

function headOf(
  entry: LayerEntry | undefined,
  above: LayerEntry,
  inputs: readonly number[],
  file: LayersFile,
): SavedHead {
  if (entry === undefined) throw refusal(file, 'an output is no layer of it');
  requireInput(entry, above, file);
  const [kernel, bias] = weightsOf(entry.name, file);
  if (entry.class_name !== 'Dense' || kernel === undefined || bias === undefined)
    throw refusal(file, `the output ${entry.name} is not a dense layer with a bias`);
  if (inputs.length !== 1)
    throw refusal(file, `the output ${entry.name} is not on a row of values`);
  const width = bias.shape[0] ?? 0;
  requireShapes(entry.name, [kernel, bias], [[inputs[0] ?? 0, width], [width]], file);
  return {name: entry.name, kernel, bias};
}

function namedHeads(
  outputs: readonly SavedHead[],
  {heads, output}: OutputPlan,
  file: LayersFile,
): SavedHead[] {
  const [vector] = outputs;
  const pairs =
    output === 'vector' && vector !== undefined
      ? heads.map((_, index) => pairOf(vector, index))
      : outputs;
  const fits = pairs.every(({kernel, bias}) => kernel.shape[1] === 2 && bias.values.length === 2);
  const width = output === 'vector' ? (vector?.bias.values.length ?? 0) / 2 : pairs.length;
  if (width !== heads.length || !fits)
    throw refusal(file, `its outputs are not two numbers for each of ${heads.join(', ')}`);
  return pairs.map((pair, index) => ({...pair, name: heads[index] as string}));
}

/** One head of a vector. */
function pairOf({name, kernel, bias}: SavedHead, pair: number): SavedHead {
  return {name, kernel: columnsOfPair(kernel, pair), bias: columnsOfPair(bias, pair)};
}

function weightsOf(layer: string, {weights}: LayersFile): SavedWeight[] {
  return weights.filter(({name}) => name.slice(0, name.lastIndexOf('/')) === layer);
}

/** `pool_size` in a file is `poolSize` in memory. */
function inMemoryKeys(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}

function refusal({folder}: LayersFile, reason: string): UserError {
  return new UserError(`${folder}: this is no model of this program: ${reason}.`, {
    hint: 'Expected a folder that a run, split or export --format tfjs has written.',
  });
}
