import {gradientMethods, lossMethods} from './balance-methods.js';
import * as z from 'zod';
import {attribute, seed, integer, number} from './value-schemas.js';

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
      cycles: integer(1, 1000)
        .optional()
        .describe('Equally long cycles, each of which starts with the full rate; default: 1.'),
    }),
    z.strictObject({
      kind: z.literal('one-cycle'),
      rise: number(0, 1)
        .default(0.3)
        .describe('Fraction of the steps in which the rate rises to the full rate.'),
      initial: number(0, 1).default(0.04).describe('First rate, as a fraction of the full rate.'),
      final: number(0, 1).default(4e-6).describe('Last rate, as a fraction of the full rate.'),
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
    z.strictObject({
      kind: z.literal('plateau'),
      patience: integer(1).describe(
        'Epochs without an improvement of training.best on the validation images before the rate drops.',
      ),
      factor: z.number().positive().lt(1).default(0.1).describe('Factor of the rate at each drop.'),
      minDelta: z
        .number()
        .min(0)
        .default(1e-4)
        .describe('An improvement must be larger than this.'),
      cooldown: integer(0)
        .default(0)
        .describe('Epochs after a drop in which nothing counts against the rate.'),
      minimum: number(0, 1).default(0).describe('Lowest rate, as a fraction of the initial rate.'),
    }),
  ])
  .default({kind: 'constant'})
  .describe('Learning rate over the epochs.');

const finiteWeight = z
  .number()
  .min(0)
  .refine(weight => Number.isFinite(Math.fround(weight)), 'at most 3.4e38');

/** How the loss of a head counts images. */
const lossKeys = {
  classWeights: z
    .union([
      z.literal(['none', 'balanced']),
      z
        .tuple([finiteWeight, finiteWeight])
        .refine(weights => weights.some(weight => weight > 0), 'at least one weight above 0'),
    ])
    .optional()
    .describe(
      'Weights of the images with the label 0 and 1: none, balanced (both classes weigh the same), or two numbers; default: none.',
    ),
  labelSmoothing: fraction
    .optional()
    .describe('Fraction of the target that both classes share; default: 0.'),
  focalGamma: number(0, 10)
    .optional()
    .describe('Exponent of the focal loss, which counts well predicted images less; default: 0.'),
};

const Loss = z.strictObject({
  ...lossKeys,
  heads: z
    .record(attribute, z.strictObject(lossKeys))
    .optional()
    .describe('The same keys for single heads.'),
});

const factor = (most: number, description: string) =>
  number(0, most).optional().describe(description);

/** Random changes of the training images. */
const Augment = z.strictObject({
  flip: z.boolean().optional().describe('Mirror half of the images.'),
  shift: factor(0.5, 'Largest shift, as a fraction of each side.'),
  zoom: factor(0.9, 'Largest change of the scale, as a fraction.'),
  rotation: factor(0.5, 'Largest rotation to either side, as a fraction of a full turn.'),
  brightness: factor(0.9, 'Largest change of all values, as a fraction of white.'),
  contrast: factor(1, "Largest change of the distance to the image's mean, as a fraction."),
  saturation: factor(1, 'Largest change of the distance to grey, as a fraction.'),
  cutout: factor(0.9, 'Side of a grey square, as a fraction of the shorter side of the image.'),
  mixup: factor(
    2,
    'Mix each image and its labels with those of another; both parameters of the Beta distribution that says how much (Zhang et al. 2018), such as 0.2.',
  ),
});
export type Augmentation = z.infer<typeof Augment>;

export const Training = z.strictObject({
  epochs: integer(1, 100_000).default(15),
  batchSize: integer(1, 65_536).default(32),
  optimizer: Optimizer,
  schedule: Schedule,
  warmupEpochs: number(0, 1000)
    .default(0)
    .describe('Epochs of linear warm-up of the rate; cosine uses the remaining epochs.'),
  seed: seed.default(1).describe('Seed of all random numbers.'),
  lossWeights: z
    .record(attribute, finiteWeight)
    .default({})
    .describe('Weight of the loss of a head; default: 1.'),
  balance: z
    .enum([...lossMethods, ...gradientMethods])
    .optional()
    .describe(
      'How the losses of the heads are weighed against each other, or, from pcgrad on, their gradients by what they share; default: equal.',
    ),
  loss: Loss.optional().describe('What the loss of every head is; the cross-entropy by default.'),
  augment: Augment.optional().describe(
    'Random changes of the training images, others in each epoch; default: none.',
  ),
  clipNorm: positive
    .optional()
    .describe('Largest norm of all gradients of a network together; default: not clipped.'),
  accumulate: integer(1, 4096)
    .optional()
    .describe(
      'Batches whose gradients are averaged for one update of the weights, as one larger batch; default: 1.',
    ),
  ema: z
    .strictObject({
      decay: fraction.default(0.999).describe('Fraction of the average that stays at each update.'),
    })
    .optional()
    .describe(
      'Exponential moving average of the weights, which validation, test and the saved model use; default: none.',
    ),
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
  affinity: z
    .strictObject({
      method: z
        .enum(['gradient-cosine', 'tag'])
        .default('gradient-cosine')
        .describe(
          "gradient-cosine: the cosine of two heads' gradients; tag: the fraction of a head's loss that a step along the gradient of another removes (Fifty et al. 2021).",
        ),
      every: integer(1).default(10).describe('Batches from one that is measured to the next.'),
    })
    .optional()
    .describe(
      'How the heads of one network help or hinder each other, measured during training, by the values that the heads share; does not change the training; default: not measured.',
    ),
  precision: z
    .enum(['float32', 'bfloat16', 'auto'])
    .optional()
    .describe(
      'Numbers in which convolutions and products compute: float32, bfloat16 (two to three digits instead of seven, faster on processors that have it; everything else stays float32), or auto (bfloat16 where the processor has it); default: float32.',
    ),
  step: z
    .enum(['auto', 'layers', 'graph'])
    .default('auto')
    .describe('Implementation of a training step.'),
});
