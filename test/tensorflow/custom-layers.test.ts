import {readFileSync} from 'node:fs';
import {beforeAll, describe, expect, it} from 'vitest';
import type {Tensor} from '@tensorflow/tfjs';
import {layerMaker} from '../../src/tensorflow/custom-layers.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import type {TensorFlow} from '../../src/tensorflow/types.js';

let tf: TensorFlow;
beforeAll(async () => {
  ({tf} = await loadBackend('tensorflow'));
});

describe('group normalisation', () => {
  it('computes what torch.nn.functional.group_norm does', () => {
    // By test/fixtures/layers/group-normalization.py.
    const {groups, epsilon, images, gamma, beta, result} = JSON.parse(
      readFileSync(new URL('../fixtures/layers/group-normalization.json', import.meta.url), 'utf8'),
    ) as {groups: number; epsilon: number} & Record<
      'images' | 'gamma' | 'beta' | 'result',
      number[]
    >;
    const layer = layerMaker(tf, 'groupNormalization')({groups, epsilon});
    const input = tf.tensor(images);
    layer.build(input.shape);
    layer.setWeights([tf.tensor(gamma), tf.tensor(beta)]);
    const values = (layer.apply(input) as Tensor).dataSync();
    const expected = tf.tensor(result).dataSync();
    expect(values).toHaveLength(2 * 3 * 4 * 6);
    values.forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 5));
  });
});
