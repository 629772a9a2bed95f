import type {LayersModel, SymbolicTensor, layers as tfLayers} from '@tensorflow/tfjs';
import type {TensorFlow} from '../tensorflow/types.js';
import type {Initializer, LayerDefinition} from '../experiment/layers.js';
import type {Experiment} from '../experiment/schema.js';
import {assertNever} from '../util/assert-never.js';
import {deriveSeed} from '../util/random.js';
import {layerTable, type LayerRow} from './shapes.js';
import type {ModelPlan} from './plan.js';

/**
 * The network as a layers model: input [batch, height, width, 3] of 0 to 1; a softmax over
 * [0, 1] for each head, or one vector of logits. Weights follow from the seed and the names of
 * the network and the layer.
 */
export function buildModel(tf: TensorFlow, experiment: Experiment, plan: ModelPlan): LayersModel {
  const rows = layerTable(experiment, plan);
  const seedOf = (layer: string): number =>
    deriveSeed(experiment.training.seed, `weights/${plan.name}/${layer}`);
  const byName = new Map<string, SymbolicTensor>();
  let input: SymbolicTensor | undefined;
  const outputs: SymbolicTensor[] = [];
  for (const row of rows) {
    if (row.definition === undefined) {
      input = tf.input({shape: [...row.output], name: row.name});
      byName.set(row.name, input);
      continue;
    }
    const above = byName.get(row.connectedTo ?? '');
    if (above === undefined) throw new Error(`${row.name} has no input.`);
    const result = makeLayer(tf, row, row.definition, seedOf(row.name)).apply(
      above,
    ) as SymbolicTensor;
    byName.set(row.name, result);
    if (isOutput(row, rows)) outputs.push(result);
  }
  if (input === undefined) throw new Error('A network has an input.');
  return tf.model({inputs: input, outputs, name: plan.name});
}

function isOutput(row: LayerRow, rows: readonly LayerRow[]): boolean {
  return !rows.some(({connectedTo}) => connectedTo === row.name);
}

/** Deviation of a normal distribution of deviation 1 that is cut off at 2. */
const TRUNCATED_DEVIATION = 0.879_625_661_034_239_78;

/** Variance (times the mean of inputs and outputs, or the inputs) of the normal initialisers. */
const normalInitializers: Partial<
  Record<Initializer, {readonly scale: number; readonly mode: 'fanIn' | 'fanAvg'}>
> = {
  glorotNormal: {scale: 1, mode: 'fanAvg'},
  heNormal: {scale: 2, mode: 'fanIn'},
  leCunNormal: {scale: 1, mode: 'fanIn'},
};

/** As Keras 3 has them: the normal ones, cut off at two deviations, keep the deviation they are named for. */
function kernelInitializer(
  initializers: TensorFlow['initializers'],
  name: Initializer,
  seed: number,
): ReturnType<TensorFlow['initializers']['varianceScaling']> {
  const normal = normalInitializers[name];
  if (normal === undefined) return initializers[name]({seed});
  return initializers.varianceScaling({
    scale: normal.scale / TRUNCATED_DEVIATION ** 2,
    mode: normal.mode,
    distribution: 'normal',
    seed,
  });
}

function makeLayer(
  {layers, initializers}: TensorFlow,
  {name}: LayerRow,
  definition: LayerDefinition,
  seed: number,
): tfLayers.Layer {
  const kernel = (initializer: Initializer): object => ({
    kernelInitializer: kernelInitializer(initializers, initializer, seed),
  });
  switch (definition.kind) {
    case 'conv2d': {
      const {
        filters,
        kernel: kernelSize,
        stride,
        dilation,
        padding,
        activation,
        useBias,
        initializer,
      } = definition.options;
      return layers.conv2d({
        name,
        filters,
        kernelSize,
        strides: stride,
        dilationRate: dilation,
        padding,
        activation: activation,
        useBias,
        ...kernel(initializer),
      });
    }
    case 'maxPooling2d':
    case 'averagePooling2d': {
      const {size, stride, padding} = definition.options;
      return layers[definition.kind]({name, poolSize: size, strides: stride ?? size, padding});
    }
    case 'globalAveragePooling2d':
      return layers.globalAveragePooling2d({name});
    case 'flatten':
      return layers.flatten({name});
    case 'dense': {
      const {units, activation, useBias, initializer} = definition.options;
      return layers.dense({
        name,
        units,
        activation: activation,
        useBias,
        ...kernel(initializer),
      });
    }
    case 'dropout':
      return layers.dropout({name, rate: definition.options.rate, seed});
    case 'batchNormalization':
      return layers.batchNormalization({name, ...definition.options});
    case 'activation':
      return layers.activation({name, activation: definition.options.function});
    default:
      return assertNever(definition);
  }
}
