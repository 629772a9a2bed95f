import {writeFileSync} from 'node:fs';
import path from 'node:path';
import type {Experiment} from '../../src/experiment/schema.js';
import {modelPlans} from '../../src/model/plan.js';
import {layerTable, type LayerRow} from '../../src/model/shapes.js';
import {failureOf, tinyExperiment, tinyYaml} from './experiments.js';

/** Without data.image: the file says how large the images are. */
export const sizeless = tinyYaml.replace('  image: {size: [18, 14]}\n', '');

/** Settings that put one layer above a backbone. */
export const onBackbone = (backbone: object): string[] => [
  `model.backbone=${JSON.stringify(backbone)}`,
  'model.layers=[{flatten: {}}]',
];

/** An experiment on a backbone. */
export const on = (backbone: object, ...overrides: string[]): Experiment =>
  tinyExperiment('data.image={size: [24, 20]}', ...onBackbone(backbone), ...overrides);

/** Why there is no experiment on a backbone. */
export const messageFor = (backbone: object): string =>
  failureOf(sizeless, ...onBackbone(backbone)).message;

/** The layers of the first network of an experiment. */
export const rowsOf = (experiment: Experiment): readonly LayerRow[] =>
  layerTable(experiment, modelPlans(experiment)[0]!);

/** A layer as Keras and tfjs write it. */
export type Layer = {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
};

/** Writes a layers model of tfjs: a chain of layers, without weights unless some are given. */
export function writeModel(folder: string, layers: readonly Layer[], changes: object = {}): string {
  const modelTopology = {class_name: 'Sequential', config: {name: 'chain', layers}};
  const json = {format: 'layers-model', modelTopology, weightsManifest: [], ...changes};
  writeFileSync(path.join(folder, 'model.json'), JSON.stringify(json));
  return folder;
}

export const input = {
  class_name: 'InputLayer',
  config: {name: 'in', batch_input_shape: [null, null, null, 3]},
};

export const layer = (class_name: string, config: object = {}): Layer => ({
  class_name,
  config: {name: `the_${class_name}`, ...config},
});
