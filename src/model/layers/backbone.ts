import * as z from 'zod';
import {nearest} from '../../util/nearest.js';
import {BackboneProblem} from './file-converter.js';
import {LayerEntry} from './entries.js';
import {Scaling} from './scaling.js';

/** The network that comes with a package. */
export const FACE_RECOGNITION = 'face-recognition';

const stages = ['conv32', 'conv64', 'conv128', 'conv256'] as const;
type Stage = (typeof stages)[number];
const LAST_STAGE = 'conv128';

const layerName = z.string().min(1).max(200);

/** A network that was trained before, below the layers of an experiment. */
export const Backbone = z.strictObject({
  network: z
    .string()
    .min(1)
    .max(1000)
    .describe(
      'face-recognition: the residual network that tells people apart (dlib, as in the npm package @vladmandic/face-api, MIT); made for faces of 150x150. Or the path of a model: model.json of tfjs beside its weights, a .keras or .h5 file of Keras, or runs/ID, a finished run.',
    ),
  until: layerName
    .optional()
    .describe(
      `The last layer that is used. Default: of a file the last one whose output is an image. Of face-recognition the last blocks, ${stages.join(', ')}, by their number of filters; default: ${LAST_STAGE}.`,
    ),
  frozen: z
    .boolean()
    .optional()
    .describe(
      'Keep its weights. Then its output is computed once for each image and kept in the cache, and training takes seconds. With training.augment only where flip is its only change: others need the output of each changed image. Default: true, without from.',
    ),
  from: layerName
    .optional()
    .describe(
      'The first layer that learns (of face-recognition, blocks as in until): those below it keep their weights, and are computed once. Batch normalization of a file keeps its own. Not with frozen: true. Default: as frozen says.',
    ),
  scaling: Scaling.optional().describe(
    "The values that a file's network takes: 0..1, -1..1, 0..255, or torch or caffe, which Keras's preprocess_input explains. Default: 0..255 where it begins with a Rescaling or Normalization layer or with arithmetic, else 0..1.",
  ),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits')
    .optional()
    .describe('SHA-256 of the file, which a run notes: it does not resume with another one.'),
});
export type Backbone = z.infer<typeof Backbone>;

const conv = (filters: number, options: object = {}): object => ({
  conv2d: {filters, kernel: 3, padding: 'same', ...options},
});
const relu = {activation: {function: 'relu'}};

/** Two convolutions with a way around them (He et al. 2016). */
const block = (filters: number): readonly object[] => [
  {residual: {layers: [conv(filters, {activation: 'relu'}), conv(filters)]}},
  relu,
];

/**
 * Half the size and twice the filters. The way around is a mean pooling, with zeros for the filters that
 * are new: a 1x1 convolution whose weights are ones and zeros.
 */
const down = (filters: number): readonly object[] => [
  {
    residual: {
      layers: [conv(filters, {stride: 2, padding: 'valid', activation: 'relu'}), conv(filters)],
      shortcut: [{averagePooling2d: {size: 2}}, conv(filters, {kernel: 1, useBias: false})],
    },
  },
  relu,
];

/** Some layers of face-recognition, as an experiment would write them. */
type FaceStage = {readonly entries: readonly LayerEntry[]; readonly isFrozen: boolean};

/**
 * The layers of face-recognition. Each of its convolutions has a factor and a shift for each filter behind
 * it; they are in its kernel and bias.
 *
 * @throws BackboneProblem for a name of blocks that it does not have, and for a scaling.
 */
export function faceStages(backbone: Backbone): readonly FaceStage[] {
  const {until = LAST_STAGE, from, frozen, scaling} = backbone;
  if (scaling !== undefined)
    throw new BackboneProblem(
      'scaling',
      'face-recognition scales its images itself. Expected no scaling, or the path of a model.',
    );
  const last = stages.indexOf(stageNamed('until', until, stages));
  const used = stages.slice(0, last + 1);
  const firstThatLearns =
    from === undefined
      ? frozen === false
        ? 0
        : used.length
      : used.indexOf(stageNamed('from', from, used));
  return used.map((stage, at) => ({
    entries: z.array(LayerEntry).parse(stageEntries[stage]),
    isFrozen: at < firstThatLearns,
  }));
}

const stageEntries: Readonly<Record<Stage, readonly object[]>> = {
  conv32: [
    conv(32, {kernel: 7, stride: 2, padding: 'valid', activation: 'relu'}),
    {maxPooling2d: {size: 3, stride: 2}},
    ...[32, 32, 32].flatMap(block),
  ],
  conv64: [...down(64), ...[64, 64, 64].flatMap(block)],
  conv128: [...down(128), ...[128, 128].flatMap(block)],
  conv256: [...down(256), ...[256, 256].flatMap(block)],
};

function stageNamed(key: 'until' | 'from', name: string, expected: readonly Stage[]): Stage {
  const stage = expected.find(candidate => candidate === name);
  if (stage !== undefined) return stage;
  throw new BackboneProblem(
    key,
    `face-recognition has no layers ${name} here. Expected one of ${expected.join(', ')}.`,
    {suggestion: nearest(name, expected)},
  );
}
