import type {ImageSet} from '../data/dataset.js';
import {headOf} from '../experiment/groups.js';
import type {ModelPlan} from '../model/plan.js';
import {selectColumn} from '../util/select-column.js';
import {epochOrder, naturalOrder, type BatchPlan} from './batches.js';
import type {TrainingContext} from './context.js';

type Images = Pick<TrainingContext, 'experiment' | 'dataset'>;

/** Plans the pass of one epoch over the training images, in an order of its own. */
export function trainingPlan(context: Images, plan: ModelPlan, epoch: number): BatchPlan {
  const {seed, augment} = context.experiment.training;
  const {train} = context.dataset;
  return {
    ...batchPlan(context, plan),
    set: train,
    order: epochOrder(seed, plan.name, epoch, train.count),
    augmentation: augment && {augmentation: augment, seed, epoch},
  };
}

/** Plans a pass over a set in its order. */
export function evaluationPlan(
  context: TrainingContext,
  plan: ModelPlan,
  set: ImageSet,
): BatchPlan {
  return {...batchPlan(context, plan), set, order: naturalOrder(set.count)};
}

function batchPlan(
  {experiment, dataset}: Images,
  plan: ModelPlan,
): Omit<BatchPlan, 'set' | 'order'> {
  return {
    batchSize: experiment.training.batchSize,
    size: [dataset.height, dataset.width],
    imageBytes: dataset.imageBytes,
    headPositions: plan.heads.map(output => dataset.heads.indexOf(headOf(output))),
  };
}

/** Returns the labels of an output's head: 0, 1 or MISSING for each image of a set. */
export function labelsOf(
  {dataset: {heads}}: TrainingContext,
  set: ImageSet,
  output: string,
): Uint8Array {
  return selectColumn(set.labels, heads.length, heads.indexOf(headOf(output)));
}
