import {EXPECTATION} from './expectation-form.js';
import {headMetricKeys} from './metrics.js';
import * as z from 'zod';
import {Backbone} from '../model/layers/backbone.js';
import {BlockName, LayerEntry} from '../model/layers/entries.js';
import {integer, number, attribute, scalar, seed} from './value-schemas.js';
import {Split} from './split-schema.js';
import {groupsText, parseGroups} from './groups.js';
import {MOST_CLASSES} from './limits.js';
import {Search} from './search-schema.js';
import {Slices} from './slices.js';
import {Training} from './training-schema.js';

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
    .enum(['auto', 'celeba', 'kaggle', 'amls', 'tfrecord', 'parquet', 'folder', 'sample'])
    .default('auto')
    .describe(
      'Layout of the data; auto detects it; folder is any folder of images; sample stands for drawn faces.',
    ),
  root: z
    .string()
    .min(1)
    .default('data/celeba')
    .describe('Folder or archive of the data; relative to the working folder.'),
  labels: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe('With source folder: the CSV of labels, relative to root; default: the one in root.'),
  imageColumn: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('With source folder: the column of the CSV that names the images; default: found.'),
  heads: z
    .array(attribute)
    .min(1)
    .max(64)
    .refine(heads => new Set(heads).size === heads.length, 'each head once')
    .describe('Attributes to learn, each with an output of its own (model.output).'),
  classes: z
    .record(
      attribute,
      z
        .array(z.string().min(1).max(100))
        .min(2)
        .max(MOST_CLASSES)
        .refine(names => new Set(names).size === names.length, 'each class once'),
    )
    .optional()
    .describe('Names of the classes of a head, in the order of their numbers; default: 0 and 1.'),
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

const groups = z
  .union([z.string().max(20_000), z.array(z.array(attribute).max(64)).max(64)])
  .transform(value => groupsText(typeof value === 'string' ? parseGroups(value) : value));

const Model = z.strictObject({
  kind: z
    .enum(['separate', 'multi-output', 'concatenated', 'grouped'])
    .describe(
      'One network per head, one network with all heads, one with all heads in one vector, or one per group of heads.',
    ),
  groups: groups
    .optional()
    .describe(
      'With kind grouped: the heads of each network, as [[Male, Goatee], [Smiling]] or as the text `Male + Goatee | Smiling`, which a matrix can have. A head may be in several groups.',
    ),
  answeredBy: z
    .enum(['first', 'best'])
    .optional()
    .describe(
      'Which group answers a head that is in several: the first of them (the default), or the best on the validation images, by the metric of training.best.',
    ),
  branchAfter: integer(1, 200)
    .optional()
    .describe(
      'With kind grouped: one network, in which all heads share this many entries of layers, and each group has its own copy of the rest. Default: a network for each group.',
    ),
  output: z
    .enum(['softmax', 'sigmoid'])
    .optional()
    .describe(
      'What each head ends with: a softmax over its classes, or one sigmoid, the probability of 1, for heads with two classes; default: softmax.',
    ),
  backbone: Backbone.optional().describe(
    'A trained network whose output the layers take in place of the images; default: none.',
  ),
  layers: z.array(LayerEntry).min(1).max(200).describe('The shared trunk, in order.'),
  blocks: z
    .record(BlockName, z.array(LayerEntry).min(1).max(200))
    .refine(blocks => Object.keys(blocks).length <= 100, 'at most 100 blocks')
    .optional()
    .describe(
      'Lists of layers by their names, for `block: NAME` in layers, in branches and in other blocks; default: none.',
    ),
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
  grouping: z
    .strictObject({
      proposed: groups.describe('The value of model.groups that was proposed.'),
      trainings: integer(1, 1000)
        .optional()
        .describe('Trainings that were used to choose it; default: not known.'),
      affinities: z
        .string()
        .max(255)
        .optional()
        .describe('The run or the file whose affinities proposed it; default: not known.'),
    })
    .optional()
    .describe(
      'Written by celeba-tui group: says that a matrix of model.groups tests proposed groups against the others.',
    ),
  search: Search.optional().describe(
    'Trains trials with values from a space, and names the best; in place of a matrix.',
  ),
});
export type ExperimentFile = z.infer<typeof ExperimentFile>;

/** One combination: the definition of a run, saved as `experiment.yaml`. */
export const Experiment = ExperimentFile.omit({matrix: true, search: true});
export type Experiment = z.infer<typeof Experiment>;

export type DataDefinition = Experiment['data'];
/** The keys that say where people's own labels are. */
export type LabelKeys = Pick<DataDefinition, 'labels' | 'imageColumn'>;
/** The keys that say how data is read, wherever it is. */
export type SourceKeys = Pick<DataDefinition, 'source'> & LabelKeys;
export type SplitDefinition = DataDefinition['split'];
export type TrainingDefinition = Experiment['training'];
export type OptimizerDefinition = TrainingDefinition['optimizer'];
