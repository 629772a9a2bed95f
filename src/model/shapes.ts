import type {Experiment} from '../experiment/schema.js';
import {inputSize} from '../experiment/input-size.js';
import {columnCounts} from '../tensorflow/network.js';
import {kerasOrder} from './keras-order.js';
import {sizeOf, type Shape} from './layers/layer-kind.js';
import {layerGraph, type LayerNode, type LayerPath} from './layers/layer-graph.js';
import {NameCounter} from './layers/layer-names.js';
import {layerKinds, layerWeights, outputShape, type LayerDefinition} from './layers/layers.js';
import {modelPlans, type ModelPlan} from './plan.js';

/** One line of a model's table: a layer of its graph, or the input. */
export type LayerRow = Omit<LayerNode, 'definition'> & {
  /** Keras's name of the class, such as `Conv2D`. */
  readonly type: string;
  readonly trainable: number;
  readonly fixed: number;
  /** undefined for the input. */
  readonly definition: LayerDefinition | undefined;
  readonly head: string | undefined;
};

/** The name of the one output of a concatenated model. */
const VECTOR_OUTPUT = 'heads';

/** The softmax or sigmoid of a head is added where the model is built: training has it in the loss. */
const HEAD_OPTIONS = {useBias: true, initializer: 'glorotUniform', activation: 'linear'} as const;

/**
 * Lists the layers of one network, without TensorFlow, in the order of Keras.
 *
 * @throws UserError that names a layer that does not fit its input.
 */
export function layerTable(experiment: Experiment, plan: ModelPlan): readonly LayerRow[] {
  const names = new NameCounter();
  const input: LayerRow = {
    name: names.next('input_layer'),
    type: 'InputLayer',
    outputShape: [...inputSize(experiment.data), 3],
    trainable: 0,
    fixed: 0,
    inputs: [],
    definition: undefined,
    head: undefined,
  };
  const {nodes, tops} = layerGraph(experiment.model, {
    input: {name: input.name, shape: input.outputShape},
    names,
    where: (path, name) => `${experiment.name}: ${pathText(path)} (${name})`,
    branches: plan.branches?.length ?? 1,
  });
  const shapes = new Map([input, ...nodes].map(({name, outputShape: shape}) => [name, shape]));
  const head = (prefix: string, units = 1, branch = 0): LayerRow => {
    const top = tops[branch] as (typeof tops)[number];
    const name = names.next(prefix);
    const definition = {kind: 'dense', options: {units, ...HEAD_OPTIONS}} as const;
    const where = `${experiment.name}: the head ${name}`;
    const shape = outputShape(definition, [top.shape], where);
    return layerRow({name, definition, inputs: [top.name], outputShape: shape}, shapes);
  };
  const widths = columnCounts(plan);
  const heads =
    plan.output === 'vector'
      ? [
          head(
            VECTOR_OUTPUT,
            widths.reduce((sum, width) => sum + width, 0),
          ),
        ]
      : plan.heads.map((name, at) => {
          const branch = plan.branches?.findIndex(heads => heads.includes(name));
          return {...head(name, widths[at], branch), head: name};
        });
  return kerasOrder([input, ...nodes.map(node => layerRow(node, shapes)), ...heads]);
}

/** @param shapes Output shapes of the layers above, by their names. */
function layerRow(node: LayerNode, shapes: ReadonlyMap<string, Shape>): LayerRow {
  const {definition, inputs, isFrozen = false} = node;
  const weights = layerWeights(definition, shapes.get(inputs[0] ?? '') ?? []);
  const count = (isTrainable: boolean): number =>
    weights
      .filter(({trainable}) => (trainable && !isFrozen) === isTrainable)
      .reduce((sum, {shape}) => sum + sizeOf(shape), 0);
  const type = layerKinds[definition.kind].className;
  return {...node, type, trainable: count(true), fixed: count(false), head: undefined};
}

/** The place of an entry: `model.layers[3]`. */
function pathText(path: LayerPath): string {
  return path
    .slice(0, -1)
    .map(key => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .slice(1);
}

/** Counts the parameters of one network. */
export function modelParameters(experiment: Experiment, plan: ModelPlan): number {
  return layerTable(experiment, plan).reduce(
    (sum, {trainable, fixed}) => sum + trainable + fixed,
    0,
  );
}

/** A list of experiments asks for each of its rows, at each key. */
const counted = new WeakMap<Experiment, number>();

/** Counts the parameters of all networks of an experiment. */
export function experimentParameters(experiment: Experiment): number {
  const before = counted.get(experiment);
  if (before !== undefined) return before;
  const plans = modelPlans(experiment);
  const count = plans.reduce((sum, plan) => sum + modelParameters(experiment, plan), 0);
  counted.set(experiment, count);
  return count;
}
