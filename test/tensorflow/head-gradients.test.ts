import type {Scalar, Tensor, Tensor2D} from '@tensorflow/tfjs';
import {beforeAll, describe, expect, it} from 'vitest';
import {GraphBuilder} from '../../src/tensorflow/graph/builder.js';
import {gradientProducts} from '../../src/tensorflow/graph/head-gradients.js';
import {headsLoss} from '../../src/tensorflow/graph/loss.js';
import {GraphSession} from '../../src/tensorflow/graph/session.js';
import {crossEntropy, lossColumns, type HeadLoss} from '../../src/tensorflow/head-loss.js';
import {headResult} from '../../src/tensorflow/layers-loss.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import type {Backend} from '../../src/tensorflow/types.js';
import {MISSING} from '../../src/experiment/missing-label.js';
import {seededRandom} from '../../src/util/random.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

const IMAGES = 7;
const FEATURES = 5;

/** Values between -1 and 1, of the features of a batch and of the heads' kernels. */
function randomValues(count: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({length: count}, () => 2 * random() - 1);
}

function labelsFor(losses: readonly HeadLoss[]): Uint8Array {
  const random = seededRandom(3);
  return Uint8Array.from({length: IMAGES * losses.length}, (_, at) => {
    const {classWeights, isPartial} = losses[at % losses.length]!;
    const isMissing = isPartial === true && random() < 0.3;
    return isMissing ? MISSING : Math.floor(random() * classWeights.length);
  });
}

/** By the graph: from the features to the products. */
function compiled(losses: readonly HeadLoss[], labels: Uint8Array): Float32Array {
  const columns = lossColumns(losses);
  const width = columns.reduce((sum, count) => sum + count, 0);
  const build = new GraphBuilder();
  const features = build.placeholder('features', 'float32', [-1, FEATURES]);
  const kernel = build.placeholder('kernel', 'float32', [FEATURES, width]);
  const given = build.placeholder('labels', 'uint8', [-1, losses.length]);
  const product = {transpose_a: {bool: false}, transpose_b: {bool: false}};
  const logits = build.float('MatMul', [features, kernel], product);
  const {gradient} = headsLoss(build, logits, given, losses);
  build.identity(gradientProducts(build, {gradient, kernel, columns}), 'products');
  const session = new GraphSession(backend.native!, build.savedModel());
  const [products] = session.run(
    [
      {name: 'features', shape: [IMAGES, FEATURES], values: randomValues(IMAGES * FEATURES, 1)},
      {name: 'kernel', shape: [FEATURES, width], values: randomValues(FEATURES * width, 2)},
      {name: 'labels', shape: [IMAGES, losses.length], values: labels},
    ],
    ['products'],
  );
  session.dispose();
  return products!;
}

/** By the gradients that tfjs derives, one of each head. */
function derived(losses: readonly HeadLoss[], labels: Uint8Array): number[] {
  const {tf} = backend;
  const columns = lossColumns(losses);
  const width = columns.reduce((sum, count) => sum + count, 0);
  const kernel = tf.tensor2d(randomValues(FEATURES * width, 2), [FEATURES, width]);
  const features = tf.tensor2d(randomValues(IMAGES * FEATURES, 1), [IMAGES, FEATURES]);
  const gradients = losses.map((loss, head) => {
    const from = columns.slice(0, head).reduce((sum, count) => sum + count, 0);
    const ofHead = kernel.slice([0, from], [FEATURES, columns[head]!]);
    const lossOf = (values: Tensor): Scalar => {
      const logits = tf.matMul<Tensor2D>(values, ofHead);
      return headResult(tf, loss, logits, {labels, size: IMAGES}, head)
        .loss.mul(loss.weight)
        .asScalar();
    };
    return Array.from(tf.grad(lossOf)(features).dataSync());
  });
  return gradients.flatMap(a =>
    gradients.map(b => a.reduce((sum, value, at) => sum + value * b[at]!, 0)),
  );
}

describe('the products of the gradients by the representation', () => {
  it.each<[string, readonly HeadLoss[]]>([
    ['of one head', [crossEntropy()]],
    ['of heads with weights', [crossEntropy(), crossEntropy(0.3), crossEntropy(2)]],
    ['of a head without weight', [crossEntropy(0), crossEntropy()]],
    [
      'of heads with two and with more classes',
      [crossEntropy(), crossEntropy(1, 4), crossEntropy()],
    ],
    [
      'with class weights, smoothed labels and a focal loss',
      [
        {...crossEntropy(), classWeights: [0.4, 3], labelSmoothing: 0.1},
        {...crossEntropy(), focalGamma: 2},
      ],
    ],
    ['with missing labels', [{...crossEntropy(), isPartial: true}, crossEntropy()]],
    ['of sigmoids', [crossEntropy(), crossEntropy(2)].map(loss => ({...loss, isSigmoid: true}))],
  ])('agree with those that tfjs derives, %s', (_what, losses) => {
    const labels = labelsFor(losses);
    const expected = derived(losses, labels);
    compiled(losses, labels).forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 6));
  });
});
