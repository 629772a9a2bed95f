import {layerDefinition, type LayerDefinition, type LayerKind} from '../experiment/layers.js';
import type {Experiment} from '../experiment/schema.js';
import {UserError} from '../util/user-error.js';
import {inputSize} from '../experiment/input-size.js';
import {layerSize, type Shape} from './layer-shapes.js';
import {modelPlans, type ModelPlan} from './plan.js';

/** One line of a model's table. */
export type LayerRow = {
  /** Unique in its model, named as Keras would. */
  readonly name: string;
  /** Keras's name of the class, such as `Conv2D`. */
  readonly type: string;
  /** Without the batch. */
  readonly output: Shape;
  readonly trainable: number;
  readonly fixed: number;
  /** Name of the layer it takes its input from. */
  readonly connectedTo: string | undefined;
  /** What it is; undefined for the input. */
  readonly definition: LayerDefinition | undefined;
  readonly head: string | undefined;
};

const kerasTypes: Readonly<Record<LayerKind, string>> = {
  conv2d: 'Conv2D',
  maxPooling2d: 'MaxPooling2D',
  averagePooling2d: 'AveragePooling2D',
  globalAveragePooling2d: 'GlobalAveragePooling2D',
  flatten: 'Flatten',
  dense: 'Dense',
  dropout: 'Dropout',
  batchNormalization: 'BatchNormalization',
  activation: 'Activation',
};

const kerasNames: Readonly<Record<LayerKind, string>> = {
  conv2d: 'conv2d',
  maxPooling2d: 'max_pooling2d',
  averagePooling2d: 'average_pooling2d',
  globalAveragePooling2d: 'global_average_pooling2d',
  flatten: 'flatten',
  dense: 'dense',
  dropout: 'dropout',
  batchNormalization: 'batch_normalization',
  activation: 'activation',
};

/** The name of the one output of a concatenated model. */
const VECTOR_OUTPUT = 'heads';

/**
 * The layers of one network, from shapes alone: no tensorflow is loaded for it.
 *
 * @throws UserError that names the layer which does not fit.
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
  requirePixels(input.output, experiment);
  const rows = [input];
  experiment.model.layers.forEach((entry, index) => {
    const definition = layerDefinition(entry);
    const above = rows.at(-1) as LayerRow;
    const name = names.next(kerasNames[definition.kind]);
    const where = `${experiment.name}: model.layers[${index}] (${name})`;
    const size = layerSize(definition, above.output, where);
    rows.push({
      name,
      type: kerasTypes[definition.kind],
      ...size,
      connectedTo: above.name,
      definition,
      head: undefined,
    });
  });
  return [...rows, ...headRows(experiment, plan, rows.at(-1) as LayerRow, names)];
}

function headRows(
  experiment: Experiment,
  plan: ModelPlan,
  trunk: LayerRow,
  names: NameCounter,
): LayerRow[] {
  const dense = (name: string, units: number, head: string | undefined): LayerRow => {
    const definition: LayerDefinition = {
      kind: 'dense',
      options: {
        units,
        useBias: true,
        initializer: 'glorotUniform',
        activation: plan.output === 'heads' ? 'softmax' : 'linear',
      } as never,
    };
    const where = `${experiment.name}: the head ${name}`;
    const size = layerSize(definition, trunk.output, where);
    return {name, type: 'Dense', ...size, connectedTo: trunk.name, definition, head};
  };
  if (plan.output === 'vector')
    return [dense(names.next(VECTOR_OUTPUT), 2 * plan.heads.length, undefined)];
  return plan.heads.map(head => dense(names.next(head), 2, head));
}

function requirePixels([height, width]: Shape, experiment: Experiment): void {
  if ((height ?? 0) >= 1 && (width ?? 0) >= 1) return;
  throw new UserError(
    `${experiment.name}: data.image leaves nothing of the images: ${height}x${width} pixels.`,
    {
      hint: 'Use a smaller data.image.scale.',
    },
  );
}

/** All numbers of one network. */
export function modelParameters(experiment: Experiment, plan: ModelPlan): number {
  return layerTable(experiment, plan).reduce(
    (sum, {trainable, fixed}) => sum + trainable + fixed,
    0,
  );
}

/** All numbers of all networks of an experiment. */
export function experimentParameters(experiment: Experiment): number {
  return modelPlans(experiment).reduce((sum, plan) => sum + modelParameters(experiment, plan), 0);
}

/**
 * `conv2d`, `conv2d_1`, `conv2d_2`: the names that Keras gives. A head may be called like a layer;
 * names stay unique all the same, for a name used twice makes a model without that output.
 */
class NameCounter {
  readonly #given = new Set<string>();

  next(name: string): string {
    let own = name;
    for (let count = 1; this.#given.has(own); count++) own = `${name}_${count}`;
    this.#given.add(own);
    return own;
  }
}
