import type {LayersModel} from '@tensorflow/tfjs';
import {LayersStep} from './layers-step.js';
import {readNetwork} from './network.js';
import {namedOptimizer, type OptimizerSpec} from './optimizer-spec.js';
import type {Backend} from './tensorflow.js';
import type {TrainingStep} from './training-step.js';

export type CreateStepOptions = {
  readonly backend: Backend;
  readonly model: LayersModel;
  readonly heads: readonly string[];
  readonly output: 'heads' | 'vector';
  readonly optimizer: OptimizerSpec;
  /** One for each head. */
  readonly lossWeights: readonly number[];
  readonly seed: number;
  readonly choice: 'auto' | 'layers' | 'graph';
};

/** The step that trains a model, and why it is not the compiled one where it is not. */
export function createStep(
  options: CreateStepOptions,
): Promise<{readonly step: TrainingStep; readonly note?: string}> {
  const {backend, model, heads, output, lossWeights, seed} = options;
  const network = readNetwork(model, heads, output);
  const optimizer = namedOptimizer(options.optimizer);
  const step = new LayersStep({tf: backend.tf, network, optimizer, lossWeights, seed});
  return Promise.resolve({step});
}
