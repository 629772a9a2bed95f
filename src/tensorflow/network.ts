import type {LayersModel, layers} from '@tensorflow/tfjs';

type Layer = layers.Layer;
export type LayerVariable = Layer['weights'][number];

/** A weight of a network, under a name that does not depend on what else was built before. */
export type NetworkWeight = {
  /** Such as `conv2d/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
  readonly variable: LayerVariable;
};

/** What a layer computes, wherever its description comes from: a live model or a saved one. */
export type LayerSpec = {
  readonly name: string;
  /** The class in tfjs, such as `Conv2D`. */
  readonly type: string;
  /** tfjs's own description of the layer. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Name of the layer that its input comes from. */
  readonly input: string;
  readonly weights: readonly {readonly name: string; readonly shape: readonly number[]}[];
};

export type NetworkLayer = Omit<LayerSpec, 'weights'> & {
  readonly weights: readonly NetworkWeight[];
  readonly layer: Layer;
  /** Whether its result leaves the network: a head, whose softmax is part of the loss. */
  readonly isOutput: boolean;
};

/** A layers model as a list in the order of computation, with what a training step must know. */
export type Network = {
  readonly inputName: string;
  /** Without the batch: [height, width, channels]. */
  readonly inputShape: readonly number[];
  readonly layers: readonly NetworkLayer[];
  readonly weights: readonly NetworkWeight[];
  readonly heads: readonly string[];
  /** `heads`: an output for each head; `vector`: one output with a pair for each head. */
  readonly output: 'heads' | 'vector';
};

/** Reads a model whose layers have one input each. @throws Error for any other. */
export function readNetwork(
  model: LayersModel,
  heads: readonly string[],
  output: 'heads' | 'vector',
): Network {
  const inputs = model.layers.filter(layer => layer.getClassName() === 'InputLayer');
  const [input] = inputs;
  if (input === undefined || inputs.length !== 1)
    throw new Error('A network has exactly one input.');
  const outputNames = new Set(model.outputNames);
  const networkLayers = model.layers
    .filter(layer => layer !== input)
    .map(layer => readLayer(layer, outputNames.has(layer.name)));
  return {
    inputName: input.name,
    inputShape: (model.inputs[0]?.shape ?? []).slice(1).map(Number),
    layers: networkLayers,
    weights: networkLayers.flatMap(({weights}) => weights),
    heads,
    output,
  };
}

function readLayer(layer: Layer, isOutput: boolean): NetworkLayer {
  const inbound = layer.inboundNodes[0]?.inboundLayers ?? [];
  const [source] = inbound;
  if (source === undefined || inbound.length !== 1)
    throw new Error(`${layer.name} does not have exactly one input.`);
  const trainable = new Set(layer.trainableWeights);
  const weights = layer.weights.map(variable => ({
    name: `${layer.name}/${lastPart(variable.originalName)}`,
    shape: variable.shape.map(Number),
    trainable: trainable.has(variable),
    variable,
  }));
  return {
    name: layer.name,
    type: layer.getClassName(),
    config: layer.getConfig(),
    input: source.name,
    weights,
    layer,
    isOutput,
  };
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Current values of a layers variable. */
export function readVariable(variable: LayerVariable): Float32Array {
  return Float32Array.from(variable.read().dataSync());
}
