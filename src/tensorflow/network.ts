import type {LayersModel, layers} from '@tensorflow/tfjs';
import * as z from 'zod';
import {isMerge, layerFromKeras, layerWeights, outputShape} from '../model/layers/layers.js';
import type {LayerNode} from '../model/layers/layer-graph.js';
import type {Shape} from '../model/layers/layer-kind.js';
import {UserError} from '../util/user-error.js';

export type NamedShape = {
  /** Such as `conv2d/kernel`. */
  readonly name: string;
  readonly shape: Shape;
};

/** Values of a weight, or of an optimizer's slot for one. */
export type NamedTensor = NamedShape & {readonly values: Float32Array};

/** A weight of a network that tfjs holds. */
export type NetworkVariable = NamedShape & {
  readonly trainable: boolean;
  readonly variable: layers.Layer['weights'][number];
};

/** A layer with its weights. */
export type NetworkLayer<Weight extends NamedShape = NamedShape> = LayerNode & {
  readonly weights: readonly Weight[];
};

/** A dense layer on one of the trunk: the logits of each of its heads, side by side. */
export type NetworkOutput<Weight extends NamedShape = NamedShape> = {
  readonly name: string;
  /** Name of the layer whose output it takes. */
  readonly input: string;
  /** One, or all heads of a vector. */
  readonly heads: readonly string[];
  /** Columns of each head: one for each class, or one for a sigmoid; the width is their sum. */
  readonly columns: readonly number[];
  /** [inputs, width] */
  readonly kernel: Weight;
  /** [width] */
  readonly bias: Weight;
};

/**
 * A network with its weights, which are values or variables. The layers of the trunk are a graph, each
 * after its inputs; an output may be on any of them.
 */
export type Network<Weight extends NamedShape = NamedTensor> = {
  /** Name of the model, such as `multi-output`. */
  readonly name: string;
  /** By which layers name the images as their input. */
  readonly inputName: string;
  /** [height, width, channels], of images, or of what layers below have computed (features, float32). */
  readonly inputShape: Shape;
  readonly takesFeatures?: boolean;
  readonly trunk: readonly NetworkLayer<Weight>[];
  readonly outputs: readonly NetworkOutput<Weight>[];
};

/** What the outputs of a model mean. */
export type OutputPlan = {
  readonly heads: readonly string[];
  /** Names of the classes of each head; two for all where it is left out, as in older models. */
  readonly classes?: readonly (readonly string[])[] | undefined;
  /** `heads`: an output for each head; `vector`: one dense output with the logits of all. */
  readonly output: 'heads' | 'vector';
  /** What each head ends with; a softmax over its classes where it is left out. */
  readonly activation?: 'sigmoid' | undefined;
};

/** A name, then what a network does not use. */
const Named = z.tuple([z.string()], z.unknown());

const TopologyLayer = z.looseObject({
  name: z.string(),
  class_name: z.string(),
  config: z.record(z.string(), z.unknown()),
  /** Calls of the layer, each with its inputs. */
  inbound_nodes: z.array(z.array(Named)),
});
export type TopologyLayer = z.infer<typeof TopologyLayer>;

/** The used part of tfjs's description of a model. */
export const Topology = z.looseObject({
  class_name: z.string(),
  config: z.looseObject({
    name: z.string(),
    layers: z.array(TopologyLayer),
    output_layers: z.array(Named).min(1),
  }),
});
export type Topology = z.infer<typeof Topology>;

type ModelParts<Weight extends NamedShape> = {
  /** Where the model comes from, for messages. */
  readonly source: string;
  readonly topology: Topology;
  readonly weights: readonly Weight[];
  readonly plan: OutputPlan;
};

/** Reads a model that tfjs holds; its variables are the weights. */
export function networkOf(model: LayersModel, plan: OutputPlan): Network<NetworkVariable> {
  const weights = model.layers.flatMap(layer =>
    layer.weights.map(variable => ({
      name: `${layer.name}/${variable.originalName.replace(/^.*\//, '')}`,
      shape: variable.shape.map(Number),
      trainable: layer.trainableWeights.includes(variable),
      variable,
    })),
  );
  return readNetwork({source: model.name, topology: topologyOf(model), weights, plan});
}

/** Describes a model as its file does. */
export function topologyOf(model: LayersModel): Topology {
  return model.toJSON(null, false) as unknown as Topology;
}

/**
 * Puts a network together from the description of a model and its weights.
 *
 * @throws UserError unless it is a graph of known layers with dense outputs, and all weights fit.
 */
export function readNetwork<Weight extends NamedShape>(parts: ModelParts<Weight>): Network<Weight> {
  const {source, topology, plan} = parts;
  const {name, layers: entries, output_layers: outputNames} = topology.config;
  const [input, ...rest] = entries;
  const inputShape = inputShapeOf(input, source);
  const inputName = (input as TopologyLayer).name;
  const outputEntries = outputNames.map(([output]) => rest.find(layer => layer.name === output));
  const trunk: NetworkLayer<Weight>[] = [];
  const shapes = new Map([[inputName, inputShape]]);
  for (const entry of rest) {
    if (outputEntries.includes(entry)) continue;
    const layer = layerOf(entry, shapes, parts);
    trunk.push(layer);
    shapes.set(layer.name, layer.outputShape);
  }
  const outputs = outputEntries.map((entry, index) => {
    const isVector = plan.output === 'vector';
    const ofOutput = <T>(list: readonly T[]): readonly T[] =>
      isVector ? list : list.slice(index, index + 1);
    const output = {heads: ofOutput(plan.heads), columns: ofOutput(columnCounts(plan))};
    return outputOf(entry, output, shapes, parts);
  });
  if (outputs.flatMap(({heads}) => heads).length !== plan.heads.length)
    throw notOurs(
      source,
      `it has ${outputs.length} outputs for the heads ${plan.heads.join(', ')}`,
    );
  return {name, inputName, inputShape, trunk, outputs};
}

/** The number of classes of each head. */
export function classCounts({heads, classes}: OutputPlan): readonly number[] {
  return classes?.map(({length}) => length) ?? heads.map(() => 2);
}

/** The number of logits of each head. */
export function columnCounts(plan: OutputPlan): readonly number[] {
  return plan.activation === 'sigmoid' ? plan.heads.map(() => 1) : classCounts(plan);
}

function inputShapeOf(input: TopologyLayer | undefined, source: string): Shape {
  const shape = input?.class_name === 'InputLayer' ? input.config['batch_input_shape'] : undefined;
  const sides = Array.isArray(shape) ? shape.slice(1).map(Number) : [];
  if (sides.length === 3 && sides.every(isSide) && sides[2] === 3) return sides;
  throw notOurs(source, `its input is not [batch, height, width, 3]: ${JSON.stringify(shape)}`);
}

/** Limits the size of images as an experiment does. */
function isSide(side: number): boolean {
  return Number.isInteger(side) && side >= 1 && side <= 2048;
}

/** Returns the inputs of a layer. A layer that is called several times shares its weights: none of ours does. */
function inputsOf({name, inbound_nodes: calls}: TopologyLayer, source: string): string[] {
  const [inputs, ...more] = calls;
  if (inputs === undefined || more.length > 0)
    throw notOurs(source, `the layer ${name} is called ${calls.length} times`);
  return inputs.map(([input]) => input);
}

function layerOf<Weight extends NamedShape>(
  entry: TopologyLayer,
  shapesByName: ReadonlyMap<string, Shape>,
  parts: ModelParts<Weight>,
): NetworkLayer<Weight> {
  const {name, class_name: type, config} = entry;
  const {source} = parts;
  const definition = layerFromKeras(type, config);
  if (typeof definition === 'string') throw notOurs(source, `the layer ${name} ${definition}`);
  const inputs = inputsOf(entry, source);
  const shapes = inputs.map(input => {
    const shape = shapesByName.get(input);
    if (shape === undefined) throw notOurs(source, `the layer ${name} does not follow its inputs`);
    return shape;
  });
  if (shapes.length === 0 || (shapes.length > 1 && !isMerge(definition)))
    throw notOurs(source, `the layer ${name} has ${shapes.length} inputs`);
  const shape = outputShape(definition, shapes, `${source}: ${name}`);
  const expected = layerWeights(definition, shapes[0] as Shape).map(weight => weight.shape);
  const weights = weightsOf(name, expected, parts);
  const isFrozen = config['trainable'] === false;
  return {name, definition, inputs, outputShape: shape, weights, ...(isFrozen && {isFrozen})};
}

function outputOf<Weight extends NamedShape>(
  entry: TopologyLayer | undefined,
  {heads, columns}: Pick<NetworkOutput<Weight>, 'heads' | 'columns'>,
  shapesByName: ReadonlyMap<string, Shape>,
  parts: ModelParts<Weight>,
): NetworkOutput<Weight> {
  if (entry === undefined) throw notOurs(parts.source, 'an output is no layer of it');
  const {name, class_name: type} = entry;
  const [above = '', ...more] = inputsOf(entry, parts.source);
  const input = shapesByName.get(above);
  if (more.length > 0 || input === undefined)
    throw notOurs(parts.source, `the layer ${name} does not follow one other layer`);
  if (type !== 'Dense' || input.length !== 1)
    throw notOurs(parts.source, `the output ${name} is not a dense layer on a row of values`);
  const width = columns.reduce((sum, count) => sum + count, 0);
  const expected = [[input[0] ?? 0, width], [width]];
  const [kernel, bias] = weightsOf(name, expected, parts) as [Weight, Weight];
  return {name, input: above, heads, columns, kernel, bias};
}

function weightsOf<Weight extends NamedShape>(
  layer: string,
  expected: readonly Shape[],
  {source, weights}: ModelParts<Weight>,
): Weight[] {
  const candidates = weights.filter(({name}) => name.slice(0, name.lastIndexOf('/')) === layer);
  const text = (shapes: readonly Shape[]): string => JSON.stringify(shapes);
  const shapes = candidates.map(({shape}) => shape);
  if (text(shapes) === text(expected)) return candidates;
  throw notOurs(
    source,
    `the weights of ${layer} do not fit it. Expected shapes ${text(expected)}; received ${text(shapes)}`,
  );
}

function notOurs(source: string, reason: string): UserError {
  return new UserError(`${source}: this is not a model of this program: ${reason}.`, {
    hint: 'Expected a folder that a run, split or export --format tfjs has written.',
  });
}

/** Weights of trunk and outputs, in the order of computation. */
export function allWeights<Weight extends NamedShape>({
  trunk,
  outputs,
}: Network<Weight>): readonly Weight[] {
  return [
    ...trunk.flatMap(({weights}) => weights),
    ...outputs.flatMap(({kernel, bias}) => [kernel, bias]),
  ];
}

/** Finds a tensor of a training step's state. */
export function tensorNamed(tensors: readonly NamedTensor[], name: string): NamedTensor {
  const tensor = tensors.find(candidate => candidate.name === name);
  if (tensor === undefined) throw new Error(`The state has no ${name}.`);
  return tensor;
}

/** Copies the current values of a variable. */
export function valuesOf({name, shape, variable}: NetworkVariable): NamedTensor {
  return {name, shape, values: Float32Array.from(variable.read().dataSync())};
}
