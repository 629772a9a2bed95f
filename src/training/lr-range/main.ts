/**
 * The process of a learning-rate range test: trains as a run does, with the rates that it is asked for.
 * It writes nothing and may be killed at any moment.
 */
import os from 'node:os';
import {quiet} from '../../data/catalogue.js';
import type {Dataset} from '../../data/dataset.js';
import {loadDataset} from '../../data/load-dataset.js';
import {dataSeed} from '../../experiment/data-root.js';
import type {Experiment} from '../../experiment/schema.js';
import {mixesImages} from '../../data/mixup.js';
import {buildModel} from '../../model/build.js';
import {modelPlans, type ModelPlan} from '../../model/plan.js';
import {createStep} from '../../tensorflow/create-step.js';
import {classCounts} from '../../tensorflow/network.js';
import {loadBackend} from '../../tensorflow/load.js';
import {useThreads} from '../../tensorflow/native/threads.js';
import {updateRule} from '../../tensorflow/optimizer-spec.js';
import type {Batch, TrainingStep, UpdateGroup} from '../../tensorflow/training-step.js';
import type {Backend} from '../../tensorflow/types.js';
import {answerRequests} from '../../util/worker.js';
import {trainingPlan} from '../batch-plans.js';
import {batchesOf} from '../batches.js';
import {loadBackbone} from '../backbone.js';
import {headLosses} from '../head-losses.js';
import {updateGroup} from '../train-epoch.js';
import type {RangeAnswer, RangeRequest} from './messages.js';

type Opened = {
  readonly experiment: Experiment;
  readonly dataset: Dataset;
  readonly backend: Backend;
};

type Started = {
  readonly step: TrainingStep;
  readonly batches: AsyncGenerator<GroupedBatch>;
  readonly dispose: () => void;
};

type GroupedBatch = {readonly batch: Batch; readonly group: UpdateGroup};

let opened: Opened | undefined;
let started: Started | undefined;

answerRequests<RangeRequest, RangeAnswer>(async request => {
  switch (request.type) {
    case 'open': {
      const {experiment, dataRoot, cacheFolder} = request;
      const threads = useThreads(process.env, undefined, os.availableParallelism());
      const backend = await loadBackend('auto', process.env, threads);
      // The program has read the images before, and has said what there is to say.
      const dataset = await loadDataset(experiment.data, {
        ...{...quiet, seed: dataSeed(experiment), root: dataRoot, cacheFolder},
      });
      opened = {experiment, dataset, backend};
      return [];
    }
    case 'start': {
      if (opened === undefined) throw new Error('start came before open');
      started?.dispose();
      started = start(opened, request.model);
      return [];
    }
    case 'train': {
      if (started === undefined) throw new Error('train came before start');
      return trainWith(started, request.rates);
    }
  }
});

function start(open: Opened, name: string): Started {
  const {experiment, dataset, backend} = open;
  const {training} = experiment;
  const plan = modelPlans(experiment).find(candidate => candidate.name === name);
  if (plan === undefined) throw new Error(`There is no network ${name}.`);
  const model = buildModel(backend.tf, experiment, plan);
  loadBackbone(backend.tf, model, experiment, plan);
  const {step} = createStep({
    backend,
    model,
    heads: plan.heads,
    classes: plan.classes,
    output: plan.output,
    activation: plan.activation,
    // Nothing is evaluated, so the average of the weights would be of no use.
    rule: {...updateRule(training), emaDecay: undefined},
    losses: headLosses(training, plan.heads, dataset, classCounts(plan)),
    mixup: mixesImages(training.augment),
    seed: training.seed,
    choice: training.step,
  });
  const dispose = (): void => {
    step.dispose();
    model.dispose();
  };
  return {step, batches: endlessBatches(open, plan), dispose};
}

/** The batches of one epoch after another, as a run has them. */
async function* endlessBatches(open: Opened, plan: ModelPlan): AsyncGenerator<GroupedBatch> {
  const {accumulate = 1} = open.experiment.training;
  for (let epoch = 1; ; epoch++) {
    const images = trainingPlan(open, plan, epoch);
    let done = 0;
    for await (const batch of batchesOf(images))
      yield {batch, group: updateGroup(images, accumulate, done++)};
  }
}

/** Updates the weights once with each rate, until a loss is not finite. Returns the losses. */
async function trainWith({step, batches}: Started, rates: readonly number[]): Promise<number[]> {
  const losses: number[] = [];
  for (const rate of rates) {
    const loss = await updateOnce(step, batches, rate);
    if (!Number.isFinite(loss)) break;
    losses.push(loss);
  }
  return losses;
}

/** Returns the mean loss over the images of the update. */
async function updateOnce(
  step: TrainingStep,
  batches: Started['batches'],
  rate: number,
): Promise<number> {
  let sum = 0;
  for (;;) {
    const {value} = (await batches.next()) as IteratorYieldResult<GroupedBatch>;
    const {batch, group} = value;
    const {loss} = await step.trainBatch(batch, rate, group);
    sum += loss * batch.size;
    if (group.isLast) return sum / group.images;
  }
}
