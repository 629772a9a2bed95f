import {mixesImages} from '../../src/data/mixup.js';
import {createStep} from '../../src/tensorflow/create-step.js';
import {crossEntropy, type HeadLoss} from '../../src/tensorflow/head-loss.js';
import {updateRule} from '../../src/tensorflow/optimizer-spec.js';
import type {Backend} from '../../src/tensorflow/types.js';
import type {Batch, StepState, TrainingStep} from '../../src/tensorflow/training-step.js';
import {ExperimentFile, type Experiment} from '../../src/experiment/schema.js';
import {buildModel} from '../../src/model/build.js';
import {modelPlans} from '../../src/model/plan.js';
import {seededRandom} from '../../src/util/random.js';
import {tinyExperiment} from './experiments.js';

type Made = {
  step: TrainingStep;
  note: string | undefined;
  dispose: () => void;
  model: ReturnType<typeof buildModel>;
};

/** The step of an experiment's first network. @param prepare Changes its first weights. */
export function make(
  backend: Backend,
  experiment: Experiment,
  choice: 'layers' | 'graph' | 'auto',
  losses?: readonly HeadLoss[],
  prepare: (model: Made['model']) => void = () => {},
): Promise<Made> {
  const plan = modelPlans(experiment)[0]!;
  const model = buildModel(backend.tf, experiment, plan);
  prepare(model);
  const {step, note} = createStep({
    backend,
    model,
    heads: plan.heads,
    classes: plan.classes,
    output: plan.output,
    activation: plan.activation,
    rule: updateRule(experiment.training),
    mixup: mixesImages(experiment.training.augment),
    losses: losses ?? plan.classes.map(({length}) => crossEntropy(1, length)),
    precision: experiment.training.precision,
    seed: experiment.training.seed,
    affinity: experiment.training.affinity,
    choice,
  });
  const dispose = (): void => {
    step.dispose();
    model.dispose();
  };
  return Promise.resolve({step, note, model, dispose});
}

/** The tiny experiment with other layers and another size of its images. */
export function experimentWith(
  layers: readonly object[],
  overrides: readonly string[] = [],
  size: readonly [number, number] = [13, 11],
): Experiment {
  const base = tinyExperiment(...overrides);
  return ExperimentFile.parse({
    ...base,
    data: {...base.data, image: {size}},
    model: {...base.model, layers},
  });
}

export function randomBatch(
  size: number,
  [height, width]: readonly [number, number],
  heads: number,
  seed: number,
): Batch {
  const random = seededRandom(seed);
  return {
    images: Uint8Array.from({length: size * height * width * 3}, () => random() * 256),
    labels: Uint8Array.from({length: size * heads}, () => (random() < 0.5 ? 0 : 1)),
    size,
  };
}

/** Largest difference of two states, relative to the size of the change of each weight. */
export function largestDifference(a: StepState, b: StepState): number {
  return Math.max(
    ...a.weights.map((weight, index) => {
      const other = b.weights[index]!;
      if (other.name !== weight.name) throw new Error(`${other.name} is not ${weight.name}`);
      const scale = Math.max(1e-3, ...weight.values.map(Math.abs));
      return (
        Math.max(...weight.values.map((value, at) => Math.abs(value - other.values[at]!))) / scale
      );
    }),
  );
}

export const sgd = ['training.optimizer.sgd.learningRate=1'];
export const conv = (options: object): object => ({conv2d: {filters: 3, kernel: 3, ...options}});
export const end = [{flatten: {}}, {dense: {units: 4, activation: 'tanh'}}];

/** The layers of a small network, and twelve batches of which the last is smaller. */
export const smallLayers = [conv({activation: 'relu'}), {maxPooling2d: {size: 2}}, ...end];
export const smallBatches = Array.from({length: 12}, (_, index) =>
  randomBatch(index === 11 ? 3 : 8, [13, 11], 2, index),
);
