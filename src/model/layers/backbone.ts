import * as z from 'zod';
import {LayerEntry} from './entries.js';

/** A network that was trained before, below the layers of an experiment. */
export const Backbone = z.strictObject({
  network: z
    .enum(['face-recognition'])
    .describe(
      'face-recognition: the residual network that tells people apart (dlib, as in the npm package @vladmandic/face-api, MIT); made for faces of 150x150.',
    ),
  until: z
    .enum(['conv64', 'conv128'])
    .default('conv128')
    .describe('The last blocks that are used, by their number of filters.'),
  frozen: z
    .boolean()
    .default(true)
    .describe(
      'Keep its weights. Then its output is computed once for each image and kept in the cache, and training takes seconds.',
    ),
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

/**
 * The layers of a backbone, as an experiment would write them. Each convolution of face-recognition has a
 * factor and a shift for each filter behind it; they are in its kernel and bias.
 */
export function backboneEntries({until}: Backbone): readonly LayerEntry[] {
  const blocks = [
    conv(32, {kernel: 7, stride: 2, padding: 'valid', activation: 'relu'}),
    {maxPooling2d: {size: 3, stride: 2}},
    ...[32, 32, 32].flatMap(block),
    ...down(64),
    ...[64, 64, 64].flatMap(block),
    ...(until === 'conv128' ? [...down(128), ...[128, 128].flatMap(block)] : []),
  ];
  return z.array(LayerEntry).parse(blocks);
}
