import type {Experiment} from '../experiment/schema.js';
import {inputSize} from '../experiment/input-size.js';
import {sizeOf, type Shape} from './layers/layer-kind.js';
import {
  layerDefinition,
  layerKinds,
  layerWeights,
  outputShape,
  type LayerDefinition,
} from './layers/layers.js';
import {modelPlans, type ModelPlan} from './plan.js';

/** One line of a model's table. */
export type LayerRow = {
  /** Unique in its model, as Keras names layers. */
  readonly name: string;
  /** Keras's name of the class, such as `Conv2D`. */
  readonly type: string;
  /** Without the batch. */
  readonly output: Shape;
  readonly trainable: number;
  readonly fixed: number;
  /** Name of the layer that its input comes from. */
  readonly connectedTo: string | undefined;
  /** undefined for the input. */
  readonly definition: LayerDefinition | undefined;
  readonly head: string | undefined;
};

/** The name of the one output of a concatenated model. */
const VECTOR_OUTPUT = 'heads';

/** The softmax of a head is added where the model is built: training has it in the loss. */
const HEAD_OPTIONS = {useBias: true, initializer: 'glorotUniform', activation: 'linear'} as const;

/**
 * Lists the layers of one network, without TensorFlow.
 *
 * @throws UserError that names a layer that does not fit its input.
 */
export function layerTable(experiment: Experiment, plan: ModelPlan): readonly LayerRow[] {
  const names = new NameCounter();
  const input: LayerRow = {
    name: names.next('input_layer'),
    type: 'InputLayer',
    output: [...inputSize(experiment.data), 3],
    trainable: 0,
    fixed: 0,
    connectedTo: undefined,
    definition: undefined,
    head: undefined,
  };
  const rows = [input];
  experiment.model.layers.forEach((entry, index) => {
    const definition = layerDefinition(entry);
    const name = names.next(kerasName(layerKinds[definition.kind].className));
    const where = `${experiment.name}: model.layers[${index}] (${name})`;
    rows.push(layerRow(name, definition, rows.at(-1) as LayerRow, where));
  });
  const trunk = rows.at(-1) as LayerRow;
  const head = (prefix: string, units: number): LayerRow => {
    const name = names.next(prefix);
    const options = {units, ...HEAD_OPTIONS} as const;
    return layerRow(name, {kind: 'dense', options}, trunk, `${experiment.name}: the head ${name}`);
  };
  const heads =
    plan.output === 'vector'
      ? [head(VECTOR_OUTPUT, 2 * plan.heads.length)]
      : plan.heads.map(name => ({...head(name, 2), head: name}));
  return [...rows, ...heads];
}

function layerRow(
  name: string,
  definition: LayerDefinition,
  above: LayerRow,
  where: string,
): LayerRow {
  const output = outputShape(definition, above.output, where);
  const weights = layerWeights(definition, above.output);
  const count = (isTrainable: boolean): number =>
    weights
      .filter(({trainable}) => trainable === isTrainable)
      .reduce((sum, {shape}) => sum + sizeOf(shape), 0);
  return {
    name,
    type: layerKinds[definition.kind].className,
    output,
    trainable: count(true),
    fixed: count(false),
    connectedTo: above.name,
    definition,
    head: undefined,
  };
}

/** Names a layer as Keras does: `MaxPooling2D` becomes `max_pooling2d`. */
function kerasName(className: string): string {
  return className.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
}

/** Counts the parameters of one network. */
export function modelParameters(experiment: Experiment, plan: ModelPlan): number {
  return layerTable(experiment, plan).reduce(
    (sum, {trainable, fixed}) => sum + trainable + fixed,
    0,
  );
}

/** Counts the parameters of all networks of an experiment. */
export function experimentParameters(experiment: Experiment): number {
  return modelPlans(experiment).reduce((sum, plan) => sum + modelParameters(experiment, plan), 0);
}

/**
 * Numbers names as Keras does: `conv2d`, `conv2d_1`, `conv2d_2`. A head may have the name of a layer:
 * names must still be unique, or the model would lack that output.
 */
class NameCounter {
  readonly #names = new Set<string>();

  next(name: string): string {
    let unique = name;
    for (let count = 1; this.#names.has(unique); count++) unique = `${name}_${count}`;
    this.#names.add(unique);
    return unique;
  }
}
