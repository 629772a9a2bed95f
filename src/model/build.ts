import type {LayersModel, SymbolicTensor, layers as tfLayers} from '@tensorflow/tfjs';
import {layerMaker} from '../tensorflow/custom-layers.js';
import type {TensorFlow} from '../tensorflow/types.js';
import type {Experiment} from '../experiment/schema.js';
import {deriveSeed} from '../util/random.js';
import type {Initializer} from './layers/layer-kind.js';
import {initializerKeys, kerasConfig, type LayerDefinition} from './layers/layers.js';
import {layerTable, type LayerRow} from './shapes.js';
import type {ModelPlan} from './plan.js';

/**
 * Builds the network as a layers model of tfjs: input [batch, height, width, 3], 0 to 1; output a
 * softmax or sigmoid for each head, or one vector of logits. The first weights follow from the seed
 * and the names of network and layer.
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
      input = tf.input({shape: [...row.outputShape], name: row.name});
      byName.set(row.name, input);
      continue;
    }
    const sources = row.inputs.map(name => byName.get(name) as SymbolicTensor);
    const isOutput = !rows.some(({inputs}) => inputs.includes(row.name));
    const activation =
      isOutput && plan.output === 'heads' ? (plan.activation ?? 'softmax') : undefined;
    const layer = makeLayer(tf, row, row.definition, activation, seedOf(row.name));
    const result = layer.apply(
      sources.length === 1 ? (sources[0] as SymbolicTensor) : sources,
    ) as SymbolicTensor;
    byName.set(row.name, result);
    if (isOutput) outputs.push(result);
  }
  if (input === undefined) throw new Error('A network has an input.');
  return tf.model({inputs: input, outputs, name: plan.name});
}

/** Standard deviation of a standard normal distribution that is truncated at 2. */
const TRUNCATED_DEVIATION = 0.879_625_661_034_239_78;

/** Variance of the normal initializers, times the number of inputs (or the mean with outputs). */
const normalInitializers: Partial<
  Record<Initializer, {readonly scale: number; readonly mode: 'fanIn' | 'fanAvg'}>
> = {
  glorotNormal: {scale: 1, mode: 'fanAvg'},
  heNormal: {scale: 2, mode: 'fanIn'},
  leCunNormal: {scale: 1, mode: 'fanIn'},
};

/** Initializers of Keras 3: a truncated normal distribution has the deviation of its name. */
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
  tf: TensorFlow,
  {name, isFrozen = false}: LayerRow,
  definition: LayerDefinition,
  activation: 'softmax' | 'sigmoid' | undefined,
  seed: number,
): tfLayers.Layer {
  const {options} = definition;
  return layerMaker(
    tf,
    definition.kind,
  )({
    name,
    seed,
    ...kerasConfig(definition),
    ...(isFrozen && {trainable: false}),
    ...(activation && {activation}),
    ...('initializer' in options && initializersOf(tf, definition, options.initializer, seed)),
  });
}

/** An initializer for each kernel of a layer, with a seed of its own. */
function initializersOf(
  {initializers}: TensorFlow,
  definition: LayerDefinition,
  name: Initializer,
  seed: number,
): Record<string, unknown> {
  return Object.fromEntries(
    initializerKeys(definition).map((key, index) => [
      key,
      kernelInitializer(initializers, name, index === 0 ? seed : deriveSeed(seed, key)),
    ]),
  );
}
