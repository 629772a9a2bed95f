import type {Shape} from '../../model/layers/layer-kind.js';
import type {Network, NetworkLayer} from '../network.js';
import {applyLayer, applyMerge, applyPooled, isSimple} from './apply-layer.js';
import type {GraphBuilder, Value} from './builder.js';
import {receptiveField} from './receptive-field.js';

/** The purpose of a pass through the trunk, and the source of its weights. */
type TrunkPass<Layer extends NetworkLayer> = {
  readonly build: GraphBuilder;
  readonly training: boolean;
  readonly seed: number;
  /** Scalar int32: steps taken; only training with dropout reads it. */
  readonly step: Value;
  readonly weightsOf: (layer: Layer) => readonly Value[];
  /** Receives the new value of a moving average: its layer and its place among the weights. */
  readonly onAverage: (layer: Layer, place: number, batchValue: Value, momentum: number) => void;
};

/** A layer in the graph; that of a convolution may include the pooling below it. */
type TrunkOperation<Layer> = {
  /** Name of the layer whose output it computes. */
  readonly name: string;
  /** The layer whose weights it has. */
  readonly layer: Layer;
  /** Names of the layers, or of the images, whose outputs it takes. */
  readonly inputs: readonly string[];
  readonly result: Value;
  readonly backward: BackwardOperation;
};

/**
 * Writes the gradients by the inputs and by the weights of an operation, in their orders.
 *
 * @param needed Which inputs need a gradient.
 */
export type BackwardOperation = (
  gradient: Value,
  needed: readonly boolean[],
) => {readonly inputs: readonly (Value | undefined)[]; readonly weights: readonly Value[]};

type Trunk<Layer> = {
  /** The output of a layer that heads may take: [batch, ...]. */
  readonly outputOf: (name: string) => Value;
  /** Each after its inputs. */
  readonly operations: readonly TrunkOperation<Layer>[];
};

/**
 * Writes the layers before the heads, and the scaling of the images.
 *
 * @param images uint8 [batch, ...inputShape], or float32 where the network takes features.
 */
export function forwardTrunk<Weight extends NetworkLayer['weights'][number]>(
  pass: TrunkPass<NetworkLayer<Weight>>,
  images: Value,
  network: Pick<Network<Weight>, 'inputName' | 'inputShape' | 'trunk' | 'takesFeatures'>,
): Trunk<NetworkLayer<Weight>> {
  const {inputName, trunk} = network;
  const field = receptiveField(network);
  const scaled = network.takesFeatures === true ? usedPart : scaledPixels;
  const first = {value: scaled(pass.build, images, field.input), shape: field.input};
  const values = new Map<string, Placed>([[inputName, first]]);
  const operations: TrunkOperation<NetworkLayer<Weight>>[] = [];
  for (const layer of trunk) {
    // The pooling below a convolution may be there already.
    if (values.has(layer.name)) continue;
    const sources = layer.inputs.map(input => values.get(input) as Placed);
    const shapeOf = (name: string): Shape => field.shapes.get(name) as Shape;
    const written = writeLayer(pass, layer, sources, onlyConsumer(layer, trunk), shapeOf);
    operations.push({layer, inputs: layer.inputs, ...written});
    values.set(written.name, {value: written.result, shape: shapeOf(written.name)});
  }
  return {outputOf: name => (values.get(name) as Placed).value, operations};
}

/** A value with its shape, without the batch. */
type Placed = {readonly value: Value; readonly shape: Shape};

function writeLayer<Layer extends NetworkLayer>(
  pass: TrunkPass<Layer>,
  layer: Layer,
  sources: readonly Placed[],
  below: NetworkLayer | undefined,
  shapeOf: (name: string) => Shape,
): Pick<TrunkOperation<Layer>, 'name' | 'result' | 'backward'> {
  const {name, definition} = layer;
  const [{value: input, shape: inputShape}] = sources as readonly [Placed];
  if (!isSimple(definition)) {
    const inputs = sources.map(({value}) => value);
    const shapes = sources.map(({shape}) => shape);
    const {result, backward} = applyMerge(definition, pass.build, inputs, shapes);
    return {name, result, backward: gradient => ({inputs: backward(gradient), weights: []})};
  }
  const context = {
    ...pass,
    training: pass.training && layer.isFrozen !== true,
    ...{name, input, inputShape, outputShape: shapeOf(name)},
    weights: pass.weightsOf(layer),
    onAverage: (place: number, batchValue: Value, momentum: number) =>
      pass.onAverage(layer, place, batchValue, momentum),
  };
  const pooled = applyPooled(definition, below?.definition, context);
  const {result, backward} = pooled ?? applyLayer(definition, context);
  return {
    name: pooled === undefined ? name : (below?.name ?? name),
    result,
    backward: (gradient, [needsInput = false]) => {
      const gradients = backward(gradient, needsInput);
      return {inputs: [gradients.input], weights: gradients.weights};
    },
  };
}

/** The layer that alone takes the output of another one; undefined where there are several, or it has more inputs. */
function onlyConsumer(
  {name}: NetworkLayer,
  trunk: readonly NetworkLayer[],
): NetworkLayer | undefined {
  const [only, ...more] = trunk.filter(({inputs}) => inputs.includes(name));
  return more.length === 0 && only?.inputs.length === 1 ? only : undefined;
}

/** Crops features to the part that is used. */
function usedPart(build: GraphBuilder, features: Value, area: Shape): Value {
  return slice(build, features, area, 'float32');
}

function slice(build: GraphBuilder, value: Value, area: Shape, dtype: 'uint8' | 'float32'): Value {
  const begin = build.constant([0, ...area.map(() => 0)], 'int32');
  const size = build.constant([-1, ...area], 'int32');
  return build.node('Slice', [value, begin, size], {T: {type: dtype}, Index: {type: 'int32'}});
}

const PIXEL_MAX = 255;

/**
 * Scales the bytes of images to 0..1, and crops the images to the upper left part that is used.
 *
 * @param images uint8 [batch, height, width, channels]
 * @param area   [height, width, channels], at most those of the images.
 * @returns      float32 [batch, ...area]
 */
function scaledPixels(build: GraphBuilder, images: Value, area: Shape): Value {
  const seen = slice(build, images, area, 'uint8');
  return build.float('Mul', [build.cast(seen, 'uint8', 'float32'), build.constant(1 / PIXEL_MAX)]);
}
