import {z} from 'zod';
import {LayerEntry} from '../model/layers/layers.js';

const attribute = z
  .string()
  .regex(/^\w[\w-]{0,63}$/, 'an attribute name: letters, digits, _ and -')
  .refine(name => !(name in {}), 'an attribute name that JavaScript gives no meaning of its own');

const Image = z
  .union([
    z.strictObject({
      scale: z
        .number()
        .min(1)
        .max(109)
        .describe(
          "Each side of CelebA's images (218 high, 178 wide) divided by this, rounded down.",
        ),
    }),
    z.strictObject({
      size: z
        .tuple([z.number().int().min(1).max(2048), z.number().int().min(1).max(2048)])
        .describe('[height, width] in pixels.'),
    }),
  ])
  .default({scale: 3})
  .describe('How large the images enter the network.');

const Sampling = z
  .discriminatedUnion('strategy', [
    z.strictObject({
      strategy: z.literal('balanced'),
      perStratum: z
        .number()
        .int()
        .min(1)
        .max(1_000_000)
        .describe('Images of each combination of the values of the heads.'),
    }),
    z.strictObject({strategy: z.literal('all')}),
    z.strictObject({
      strategy: z.literal('first'),
      count: z
        .number()
        .int()
        .min(2)
        .max(10_000_000)
        .describe('Images, in the order of the label file.'),
    }),
  ])
  .default({strategy: 'all'})
  .describe('Which images are used.');

const Split = z
  .union([
    z.strictObject({
      train: z.number().int().min(1).describe('Images to train on.'),
      validation: z.number().int().min(1).describe('Images to measure on, never trained on.'),
    }),
    z.strictObject({
      by: z.literal('official').describe('The partition that the data set brings.'),
    }),
  ])
  .describe('Which images train and which measure.');

const Data = z.strictObject({
  source: z
    .enum(['auto', 'celeba', 'kaggle', 'amls', 'tfrecord', 'parquet', 'sample'])
    .default('auto')
    .describe('Layout of the data; auto looks at what is in root; sample are drawn faces.'),
  root: z
    .string()
    .min(1)
    .default('data/celeba')
    .describe(
      'Folder (or archive) of the data; a relative one is relative to the folder the program is started in.',
    ),
  heads: z
    .array(attribute)
    .min(1)
    .max(64)
    .refine(heads => new Set(heads).size === heads.length, 'each head once')
    .describe('Attributes to learn; one softmax output each.'),
  image: Image,
  sampling: Sampling,
  split: Split,
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .optional()
    .describe('For sampling and split; training.seed where it is not given.'),
  onBadImage: z
    .enum(['fail', 'skip'])
    .default('fail')
    .describe('What a broken image does: fail ends the run, skip leaves it out (limits below).'),
});

const Model = z.strictObject({
  kind: z
    .enum(['separate', 'multi-output', 'concatenated'])
    .describe(
      'One network for each head, one with a head for each, or one with all in one vector.',
    ),
  layers: z.array(LayerEntry).min(1).max(200).describe('The shared trunk, in order.'),
});

/** The smallest number that TensorFlow does not take for 0 in float32. */
const SMALLEST_FLOAT32 = 2 ** -126;
const isFloat32 = (value: number): boolean =>
  value >= SMALLEST_FLOAT32 && Number.isFinite(Math.fround(value));

const positive = z
  .number()
  .positive()
  .refine(isFloat32, 'from 1.2e-38 to 3.4e38, what float32 can hold');
/** Of a moving average: what rounds to 1 would never take anything in. */
const fraction = z
  .number()
  .min(0)
  .lt(1)
  .refine(
    value => Math.fround(value) < 1,
    'less than 0.99999997, since training rounds it to float32',
  );
const learningRate = positive.max(100).describe('Size of a step.');
const weightDecay = z
  .number()
  .min(0)
  .max(1)
  .default(0)
  .describe('Share of each weight taken off at each step, times the learning rate (decoupled).');

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
      .describe('Share of the last change in this one; as in Keras 3, the rate is in the change.'),
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
  .describe('How the weights follow the gradient.');

const Schedule = z
  .discriminatedUnion('kind', [
    z.strictObject({kind: z.literal('constant')}),
    z.strictObject({
      kind: z.literal('cosine'),
      minimum: z.number().min(0).max(1).default(0).describe('Share of the rate at the end.'),
    }),
    z.strictObject({
      kind: z.literal('step'),
      every: z
        .number()
        .int()
        .min(1)
        .describe('Epochs between two drops, counted from the first epoch of the run.'),
      factor: z.number().positive().max(1).default(0.1).describe('What the rate is multiplied by.'),
    }),
  ])
  .default({kind: 'constant'})
  .describe('How the learning rate goes over the epochs.');

const Training = z.strictObject({
  epochs: z.number().int().min(1).max(100_000).default(15),
  batchSize: z.number().int().min(1).max(65_536).default(32),
  optimizer: Optimizer,
  schedule: Schedule,
  warmupEpochs: z
    .number()
    .min(0)
    .max(1000)
    .default(0)
    .describe(
      'Epochs of linear growth of the rate, first; cosine takes what is left of the epochs.',
    ),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1)
    .describe('Everything random follows from it.'),
  lossWeights: z
    .record(
      attribute,
      z
        .number()
        .min(0)
        .refine(weight => Number.isFinite(Math.fround(weight)), 'at most 3.4e38'),
    )
    .default({})
    .describe('Weight of the loss of a head; 1 where not given.'),
  earlyStopping: z
    .strictObject({
      patience: z
        .number()
        .int()
        .min(1)
        .describe('Epochs without improvement of the validation loss before stopping.'),
      minDelta: z
        .number()
        .min(0)
        .default(0)
        .describe(
          'An improvement that is not larger does not count: neither for patience nor for which weights are kept.',
        ),
    })
    .optional()
    .describe('Stop when the validation loss no longer falls, and restore the best weights.'),
  step: z.enum(['auto', 'layers', 'graph']).default('auto').describe('How a training step runs.'),
});

/** One expectation, such as `Male.validation.accuracy >= 0.80`. */
const Expectation = z
  .string()
  .max(200, {abort: true})
  .regex(
    /^[\w-]+\.(train|validation)\.(accuracy|loss) *(>=|<=|>|<) *\d*\.?\d+(e-?\d+)?$/,
    'head.split.metric, a comparison and a number, such as Male.validation.accuracy >= 0.80',
  );

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** Of an experiment's name, and of a run's, which has behind it what the matrix varies. */
export const MOST_NAME_CHARACTERS = 128;

/** What a file holds: one question, perhaps with a matrix of variants. */
export const ExperimentFile = z.strictObject({
  name: z
    .string()
    .max(MOST_NAME_CHARACTERS)
    .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u, 'letters, digits, dot, - and _, no blanks'),
  description: z.string().max(500).default(''),
  data: Data,
  model: Model,
  training: Training.prefault({}),
  expect: z.array(Expectation).max(100).default([]).describe('What --ci checks at the end.'),
  matrix: z
    .record(z.string(), z.array(scalar).min(1).max(100))
    .optional()
    .describe('One run for each combination; keys are paths such as data.image.scale.'),
});
export type ExperimentFile = z.infer<typeof ExperimentFile>;

/** One combination: what a run trains, and what its folder keeps as `experiment.yaml`. */
export const Experiment = ExperimentFile.omit({matrix: true});
export type Experiment = z.infer<typeof Experiment>;

export type DataDefinition = Experiment['data'];
export type TrainingDefinition = Experiment['training'];
export type OptimizerDefinition = TrainingDefinition['optimizer'];
