import {EXPECTATION} from './expectation-form.js';
import {headMetricKeys} from './metrics.js';
import * as z from 'zod';
import {LayerEntry} from '../model/layers/layers.js';
import {integer, number} from './number-schemas.js';
import {Split} from './split-schema.js';
import {Slices} from './slices.js';

const attribute = z
  .string()
  .regex(/^\w[\w-]{0,63}$/, 'an attribute name: letters, digits, _ and -')
  .refine(
    name => !(name in {}),
    'an attribute name that is no property of every JavaScript object',
  );

/** Seeds are not negative, and fit 32 bits with a sign. */
const seed = integer(0, 2 ** 31 - 1);

const Image = z
  .union([
    z.strictObject({
      scale: number(1, 109).describe(
        "Each side of CelebA's images (218 high, 178 wide) divided by this, rounded down.",
      ),
    }),
    z.strictObject({
      size: z.tuple([integer(1, 2048), integer(1, 2048)]).describe('[height, width] in pixels.'),
    }),
  ])
  .default({scale: 3})
  .describe('Input size of the network.');

const Sampling = z
  .discriminatedUnion('strategy', [
    z.strictObject({
      strategy: z.literal('balanced'),
      perStratum: integer(1, 1_000_000).describe("Images per combination of the heads' values."),
    }),
    z.strictObject({strategy: z.literal('all')}),
    z.strictObject({
      strategy: z.literal('first'),
      count: integer(2, 10_000_000).describe('Images, in the order of the label file.'),
    }),
  ])
  .default({strategy: 'all'})
  .describe('Which images are used.');

const Data = z.strictObject({
  source: z
    .enum(['auto', 'celeba', 'kaggle', 'amls', 'tfrecord', 'parquet', 'sample'])
    .default('auto')
    .describe('Layout of the data; auto detects it; sample stands for drawn faces.'),
  root: z
    .string()
    .min(1)
    .default('data/celeba')
    .describe('Folder or archive of the data; relative to the working folder.'),
  heads: z
    .array(attribute)
    .min(1)
    .max(64)
    .refine(heads => new Set(heads).size === heads.length, 'each head once')
    .describe('Attributes to learn, each with a softmax output.'),
  image: Image,
  sampling: Sampling,
  split: Split,
  seed: seed.optional().describe('Seed of sampling and split; default: training.seed.'),
  onBadImage: z
    .enum(['fail', 'skip'])
    .default('fail')
    .describe(
      'How to handle a broken image: fail ends the run, skip leaves the image out (limits below).',
    ),
});

const Model = z.strictObject({
  kind: z
    .enum(['separate', 'multi-output', 'concatenated'])
    .describe(
      'One network per head, one network with all heads, or one with all heads in one vector.',
    ),
  layers: z.array(LayerEntry).min(1).max(200).describe('The shared trunk, in order.'),
});

/** The smallest float32 that TensorFlow does not flush to 0. */
const SMALLEST_FLOAT32 = 2 ** -126;
const isFloat32 = (value: number): boolean =>
  value >= SMALLEST_FLOAT32 && Number.isFinite(Math.fround(value));

const positive = z
  .number()
  .positive()
  .refine(isFloat32, 'from 1.2e-38 to 3.4e38, the range of float32');
/** A factor of a moving average, which would never change with 1. */
const fraction = z
  .number()
  .min(0)
  .lt(1)
  .refine(
    value => Math.fround(value) < 1,
    'less than 0.99999997, because training rounds it to float32',
  );
const learningRate = positive.max(100).describe('Size of a step.');
const weightDecay = number(0, 1)
  .default(0)
  .describe(
    'Fraction of each weight subtracted at each step, times the learning rate (decoupled).',
  );

const optimizerOptions = {
  adam: z.strictObject({
    learningRate: learningRate.default(0.001),
    beta1: fraction.default(0.9),
    beta2: fraction.default(0.999),
    epsilon: positive.default(1e-7).describe('Added to the root of the mean square.'),
    weightDecay,
  }),
  sgd: z.strictObject({learningRate: learningRate.default(0.01), weightDecay}),
  momentum: z.strictObject({
    learningRate: learningRate.default(0.01),
    momentum: fraction
      .default(0.9)
      .describe(
        'Fraction of the last update in the next one; as in Keras 3, an update includes the rate.',
      ),
    nesterov: z.boolean().default(false),
    weightDecay,
  }),
  rmsprop: z.strictObject({
    learningRate: learningRate.default(0.001),
    decay: fraction.default(0.9),
    momentum: fraction.default(0),
    epsilon: positive.default(1e-7).describe('Added to the mean square, under the root.'),
    weightDecay,
  }),
} as const;

const Optimizer = z
  .union([
    z.strictObject({adam: optimizerOptions.adam}),
    z.strictObject({sgd: optimizerOptions.sgd}),
    z.strictObject({momentum: optimizerOptions.momentum}),
    z.strictObject({rmsprop: optimizerOptions.rmsprop}),
  ])
  .prefault({adam: {}})
  .describe('Rule that updates the weights.');

const Schedule = z
  .discriminatedUnion('kind', [
    z.strictObject({kind: z.literal('constant')}),
    z.strictObject({
      kind: z.literal('cosine'),
      minimum: number(0, 1).default(0).describe('Final rate, as a fraction of the initial rate.'),
    }),
    z.strictObject({
      kind: z.literal('step'),
      every: integer(1).describe('Epochs between two drops, counted from the first epoch.'),
      factor: z
        .number()
        .positive()
        .max(1)
        .default(0.1)
        .describe('Factor of the rate at each drop.'),
    }),
  ])
  .default({kind: 'constant'})
  .describe('Learning rate over the epochs.');

const Training = z.strictObject({
  epochs: integer(1, 100_000).default(15),
  batchSize: integer(1, 65_536).default(32),
  optimizer: Optimizer,
  schedule: Schedule,
  warmupEpochs: number(0, 1000)
    .default(0)
    .describe('Epochs of linear warm-up of the rate; cosine uses the remaining epochs.'),
  seed: seed.default(1).describe('Seed of all random numbers.'),
  lossWeights: z
    .record(
      attribute,
      z
        .number()
        .min(0)
        .refine(weight => Number.isFinite(Math.fround(weight)), 'at most 3.4e38'),
    )
    .default({})
    .describe('Weight of the loss of a head; default: 1.'),
  earlyStopping: z
    .strictObject({
      patience: integer(1).describe(
        'Epochs without an improvement on the validation images before training stops.',
      ),
      minDelta: z
        .number()
        .min(0)
        .default(0)
        .describe(
          'An improvement must be larger than this, for patience and for the best weights.',
        ),
    })
    .optional()
    .describe('Stop when training.best no longer improves; restore the best weights.'),
  best: z
    .enum(['loss', 'accuracy', 'f1'])
    .default('loss')
    .describe(
      'What the best weights have on the validation images: the lowest loss, or the highest mean accuracy or F1 over the heads of a network, at a threshold of 0.5.',
    ),
  step: z
    .enum(['auto', 'layers', 'graph'])
    .default('auto')
    .describe('Implementation of a training step.'),
});

const Evaluation = z.strictObject({
  threshold: z
    .literal([0.5, 'balanced', 'f1'])
    .default(0.5)
    .describe(
      'Probability above which a head predicts 1: a half, or per head what maximises balanced accuracy or F1 on the validation images.',
    ),
  calibrate: z
    .enum(['none', 'temperature'])
    .default('none')
    .describe(
      'temperature: divide the logits of a head by the number that minimises its log loss on the validation images.',
    ),
  slices: Slices.optional().describe(
    'Attributes of the data, or products such as Blond_Hair x Male, whose values slice the evaluated images; at most 64 slices.',
  ),
});

/** One expectation, such as `Male.test.f1 >= 0.80`. */
const Expectation = z
  .string()
  .max(200, {abort: true})
  .regex(
    EXPECTATION,
    `head.split.metric, a comparison and a number, such as Male.test.accuracy >= 0.80; metrics are loss, ${headMetricKeys.join(', ')}`,
  );

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** Maximum length of an experiment's name, and of a run's, which adds the matrix's values. */
export const MOST_NAME_CHARACTERS = 128;

/** An experiment file: one question, optionally with a matrix of variants. */
export const ExperimentFile = z.strictObject({
  name: z
    .string()
    .max(MOST_NAME_CHARACTERS)
    .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u, 'letters, digits, dot, - and _, without spaces'),
  description: z.string().max(500).default(''),
  data: Data,
  model: Model,
  training: Training.prefault({}),
  evaluation: Evaluation.prefault({}).describe(
    'What is made of the probabilities of the chosen weights, and in which slices it is measured.',
  ),
  expect: z
    .array(Expectation)
    .max(100)
    .default([])
    .describe(
      'Targets that --ci checks at the end, such as Male.test.f1 >= 0.80; mean.test.f1 is the mean over the heads.',
    ),
  matrix: z
    .record(z.string(), z.array(scalar).min(1).max(100))
    .optional()
    .describe('One run per combination; keys are paths such as data.image.scale.'),
});
export type ExperimentFile = z.infer<typeof ExperimentFile>;

/** One combination: the definition of a run, saved as `experiment.yaml`. */
export const Experiment = ExperimentFile.omit({matrix: true});
export type Experiment = z.infer<typeof Experiment>;

export type DataDefinition = Experiment['data'];
export type SplitDefinition = DataDefinition['split'];
export type TrainingDefinition = Experiment['training'];
export type OptimizerDefinition = TrainingDefinition['optimizer'];
