import type {LayersModel} from '@tensorflow/tfjs';
import {UserError} from '../util/user-error.js';
import {UnknownLayer} from './graph/layer-options.js';
import {GraphStep, type GraphStepOptions} from './graph/graph-step.js';
import type {NativeBinding} from './graph/session.js';
import {LayersStep} from './layers-step.js';
import {readNetwork} from './network.js';
import {namedOptimizer, type OptimizerSpec} from './optimizer-spec.js';
import type {Backend} from './types.js';
import type {TrainingStep} from './training-step.js';

type CreateStepOptions = {
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

type CreatedStep = {
  readonly step: TrainingStep;
  /** Why it is not the compiled one, where it is not by choice. */
  readonly note?: string;
};

/**
 * The step that trains a model: the compiled one where it can be had, unless another is chosen.
 *
 * @throws UserError where `graph` is demanded and cannot be had.
 */
export function createStep(options: CreateStepOptions): Promise<CreatedStep> {
  const {backend, model, heads, output, lossWeights, seed, choice} = options;
  const network = readNetwork(model, heads, output);
  const optimizer = namedOptimizer(options.optimizer);
  const common = {tf: backend.tf, network, optimizer, lossWeights, seed};
  if (choice === 'layers') return Promise.resolve({step: new LayersStep(common)});
  const compiled = tryGraph(common, backend.native);
  if (compiled instanceof GraphStep) return Promise.resolve({step: compiled});
  if (choice === 'graph') {
    throw new UserError(
      `training.step: the step cannot be compiled: ${compiled}. Expected a network of known layers on tfjs-node.`,
      {
        hint: 'Use --set training.step=auto.',
      },
    );
  }
  return Promise.resolve({
    step: new LayersStep(common),
    note: `The step is not compiled: ${compiled}. Training is slower.`,
  });
}

/** The compiled step, or why there is none. */
function tryGraph(
  common: Omit<GraphStepOptions, 'native'>,
  native: NativeBinding | undefined,
): GraphStep | string {
  if (native === undefined) return 'this backend runs no graphs';
  try {
    return new GraphStep({...common, native});
  } catch (error) {
    if (error instanceof UnknownLayer) return error.message;
    throw error;
  }
}
