import {beforeAll, describe, expect, it} from 'vitest';
import {receptiveField} from '../../src/tensorflow/graph/receptive-field.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import {networkOf} from '../../src/tensorflow/network.js';
import type {Backend} from '../../src/tensorflow/types.js';
import type {Batch} from '../../src/tensorflow/training-step.js';
import {buildModel} from '../../src/model/build.js';
import {modelPlans} from '../../src/model/plan.js';
import {conv, end, experimentWith, make, randomBatch, sgd} from '../helpers/steps.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

const pool = {maxPooling2d: {size: 2}};
const SIZE = [72, 59] as const;

/** What is looked at of images of a size, by the layers that tfjs builds. */
function visible(layers: readonly object[], size: readonly [number, number] = SIZE) {
  const experiment = experimentWith([...layers, ...end], [], size);
  const plan = modelPlans(experiment)[0]!;
  const model = buildModel(backend.tf, experiment, plan);
  const network = networkOf(model, plan);
  model.dispose();
  return receptiveField(network);
}

describe('what a network looks at', () => {
  it.each<[string, object[], number[]]>([
    [
      'what the layers above a branch look at',
      [conv({}), pool, {residual: {layers: [conv({padding: 'same'})]}}, pool],
      [72, 58, 3],
    ],
    [
      "the tutorial's network: 70x54 pixels",
      [conv({}), pool, conv({}), pool, conv({}), pool],
      [70, 54, 3],
    ],
    ['a pooling by 2: an even number of rows and columns', [pool], [72, 58, 3]],
    ['average pooling by 5: whole windows', [{averagePooling2d: {size: 5}}], [70, 55, 3]],
    ['a convolution with stride 3: as far as its last window', [conv({stride: 3})], [72, 57, 3]],
    ['a dilated convolution above a pooling', [conv({dilation: 2}), pool], [72, 58, 3]],
    ['convolutions alone: everything', [conv({}), conv({})], [72, 59, 3]],
    ['same padding: everything, whatever lies below', [conv({padding: 'same'}), pool], [72, 59, 3]],
    [
      'batch normalisation: everything, for its averages',
      [{batchNormalization: {}}, pool],
      [72, 59, 3],
    ],
    [
      'what lies above a layer that needs everything: what that needs',
      [pool, conv({padding: 'same'}), pool],
      [72, 58, 3],
    ],
    [
      'an activation and dropout: what the layer below looks at',
      [{activation: {function: 'relu'}}, {dropout: {rate: 0.5}}, pool],
      [72, 58, 3],
    ],
  ])('is, with %s', (_what, layers, area) => {
    expect(visible(layers).input).toEqual(area);
  });

  it('gives the last layer the shape that the whole image gives', () => {
    const {shapes} = visible([conv({}), pool, conv({stride: 2}), pool]);
    expect([...shapes.values()].slice(-3)).toEqual([[8, 6, 3], [144], [4]]);
  });

  it('is all that changes a step of training, by either way of computing it', async () => {
    const size = [16, 15] as const;
    const layers = [conv({activation: 'relu'}), pool, conv({activation: 'relu'}), pool];
    const {input} = visible(layers, size);
    expect(input).toEqual([14, 14, 3]);
    const experiment = experimentWith([...layers, ...end], sgd, size);
    const batch = randomBatch(4, size, 2, 3);
    for (const choice of ['graph', 'layers'] as const) {
      const weightsAfter = async (changed: Batch) => {
        const {step, dispose} = await make(backend, experiment, choice);
        await step.trainBatch(changed, 0.1);
        const {weights} = await step.getState();
        dispose();
        return weights;
      };
      const after = await weightsAfter(batch);
      expect(await weightsAfter(inverted(batch, size, ([y, x]) => y >= 14 || x >= 14))).toEqual(
        after,
      );
      expect(
        await weightsAfter(inverted(batch, size, ([y, x]) => y === 13 || x === 13)),
      ).not.toEqual(after);
    }
  });
});

/** The same images with some pixels turned to their opposite. */
function inverted(
  batch: Batch,
  [height, width]: readonly [number, number],
  isTurned: (place: readonly [y: number, x: number]) => boolean,
): Batch {
  const images = batch.images.map((value, index) => {
    const pixel = Math.floor(index / 3) % (height * width);
    return isTurned([Math.floor(pixel / width), pixel % width]) ? 255 - value : value;
  });
  return {...batch, images};
}
