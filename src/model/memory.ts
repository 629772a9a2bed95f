import type {Experiment} from '../experiment/schema.js';
import {namedOptimizer, slotNames, updateRule} from '../tensorflow/optimizer-spec.js';
import {bytes, thousands} from '../util/format.js';
import {UserError} from '../util/user-error.js';
import {sizeOf} from './layers/layer-kind.js';
import {layerKinds} from './layers/layers.js';
import {modelPlans, type ModelPlan} from './plan.js';
import {layerTable} from './shapes.js';

const BYTES_OF_FLOAT = 4;

/** Lower bound of the memory that training one network takes; usually it takes several times more. */
type LeastMemory = {
  readonly parameters: number;
  /** Weights, their gradients, and what a step keeps for each. */
  readonly weightBytes: number;
  /** The outputs of all layers that learn, for one batch, which the gradients need. */
  readonly batchBytes: number;
};

export function leastMemory(experiment: Experiment, plan: ModelPlan): LeastMemory {
  const rows = layerTable(experiment, plan);
  const trainable = rows.reduce((sum, row) => sum + row.trainable, 0);
  const fixed = rows.reduce((sum, row) => sum + row.fixed, 0);
  const rule = updateRule(experiment.training);
  // The weight, its gradient, and what the step keeps.
  const copies = 2 + slotNames(rule, true).length;
  const fixedCopies = 1 + slotNames(rule, false).length;
  const outputs = rows
    .filter(
      ({definition, isFrozen = false}) =>
        definition !== undefined && !isFrozen && layerKinds[definition.kind].ownsOutput,
    )
    .reduce((sum, {outputShape}) => sum + sizeOf(outputShape), 0);
  return {
    parameters: trainable + fixed,
    weightBytes: BYTES_OF_FLOAT * (copies * trainable + fixedCopies * fixed),
    batchBytes: BYTES_OF_FLOAT * batchSize(experiment) * outputs,
  };
}

function batchSize({data: {split}, training}: Experiment): number {
  return 'train' in split ? Math.min(split.train, training.batchSize) : training.batchSize;
}

/**
 * Throws before anything is allocated, where a network cannot be trained on this machine.
 *
 * @param memoryBytes Memory of the machine.
 * @throws UserError with the bytes of weights and batch.
 */
export function assertFitsMemory(experiment: Experiment, memoryBytes: number): void {
  for (const plan of modelPlans(experiment)) {
    const {parameters, weightBytes, batchBytes} = leastMemory(experiment, plan);
    if (weightBytes + batchBytes <= memoryBytes) continue;
    const {kind} = namedOptimizer(experiment.training.optimizer);
    throw new UserError(
      `${experiment.name}: training the network ${plan.name} takes at least ${bytes(weightBytes + batchBytes)} of memory: ` +
        `${bytes(weightBytes)} for ${thousands(parameters)} parameters with ${kind}, ` +
        `${bytes(batchBytes)} for a batch of ${thousands(batchSize(experiment))}. Expected at most the ${bytes(memoryBytes)} of this machine.`,
      {
        hint:
          weightBytes > batchBytes
            ? 'Use smaller layers, more pooling above flatten, or smaller images (data.image).'
            : 'Use a smaller training.batchSize, fewer filters, or smaller images (data.image).',
      },
    );
  }
}
