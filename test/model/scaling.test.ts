import {expect, it} from 'vitest';
import {pixelScale, scalingWeights, type Scaling} from '../../src/model/layers/scaling.js';

/** What `keras.applications.imagenet_utils.preprocess_input` of Keras 3.15 makes of the pixel [10, 100, 200]. */
const keras: readonly [Scaling, readonly number[]][] = [
  ['0..1', [10 / 255, 100 / 255, 200 / 255]],
  ['0..255', [10, 100, 200]],
  ['-1..1', [-0.9215686274509804, -0.21568627450980393, 0.5686274509803921]],
  ['torch', [-1.9466563918143676, -0.285014005602241, 1.6813943355119823]],
  ['caffe', [96.061, -16.779, -113.68]],
];

it.each(keras)('images are scaled as Keras does it: %s', (scaling, expected) => {
  const [kernel, bias] = scalingWeights(pixelScale(scaling));
  const pixel = [10, 100, 200].map(value => value / 255);
  const scaled = expected.map((_, colour) =>
    pixel.reduce(
      (sum, value, source) => sum + value * kernel![source * 3 + colour]!,
      bias![colour]!,
    ),
  );
  scaled.forEach((value, colour) => expect(value).toBeCloseTo(expected[colour]!, 4));
});
