import fc from 'fast-check';
import {beforeAll, describe, expect, it} from 'vitest';
import type {Tensor4D} from '@tensorflow/tfjs';
import {loadBackend} from '../../../src/tensorflow/load.js';
import type {Backend, TensorFlow} from '../../../src/tensorflow/types.js';
import {seededRandom} from '../../../src/util/random.js';

let backend: Backend;
beforeAll(async () => {
  await loadBackend('cpu');
  backend = await loadBackend('wasm');
});

type Sizes = {
  readonly batch: number;
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly channels: readonly [number, number];
  readonly padding: 'valid' | 'same';
};

/** Gradients of a sum over a convolution, weighed at random so that no two places are alike. */
async function gradients(tf: TensorFlow, name: string, sizes: Sizes): Promise<Float32Array[]> {
  await tf.setBackend(name);
  const {batch, size, kernel, stride, channels, padding} = sizes;
  const random = seededRandom(size[0] * 31 + size[1]);
  const values = (count: number): Float32Array =>
    Float32Array.from({length: count}, () => random() * 2 - 1);
  const tensor = (shape: [number, number, number, number]): Tensor4D =>
    tf.tensor4d(values(shape.reduce((product, side) => product * side)), shape);
  const results = tf.tidy(() => {
    const x = tensor([batch, ...size, channels[0]]);
    const k = tensor([...kernel, ...channels]);
    const y = tf.conv2d(x, k, [...stride], padding);
    const weights = tensor(y.shape);
    const loss = (a: Tensor4D, b: Tensor4D) =>
      tf
        .conv2d(a, b, [...stride], padding)
        .mul(weights)
        .sum();
    return [y, ...tf.grads(loss as never)([x, k])];
  });
  const arrays = results.map(result => Float32Array.from(result.dataSync()));
  results.forEach(result => result.dispose());
  return arrays;
}

function pooled(tf: TensorFlow, kind: 'avg' | 'max', sizes: Sizes): Float32Array[] {
  const {batch, size, kernel, stride, channels, padding} = sizes;
  const random = seededRandom(size[0] * 31 + size[1]);
  const shape: [number, number, number, number] = [batch, ...size, channels[0]];
  const values = Float32Array.from(
    {length: shape.reduce((product, side) => product * side)},
    () => random() * 2 - 1.5,
  );
  const pool = (x: Tensor4D): Tensor4D =>
    (kind === 'max' ? tf.maxPool : tf.avgPool)(x, [...kernel], [...stride], padding);
  const results = tf.tidy(() => {
    const x = tf.tensor4d(values, shape);
    const y = pool(x);
    const weights = tf
      .range(1, y.size + 1)
      .div(y.size)
      .reshape(y.shape);
    return [
      y,
      tf.grad(a =>
        pool(a as Tensor4D)
          .mul(weights)
          .sum(),
      )(x),
    ];
  });
  const arrays = results.map(result => Float32Array.from(result.dataSync()));
  results.forEach(result => result.dispose());
  return arrays;
}

function expectSame(ours: readonly Float32Array[], theirs: readonly Float32Array[]): void {
  theirs.forEach((values, index) => {
    const scale = Math.max(1, ...values.map(Math.abs));
    const worst = Math.max(...values.map((value, at) => Math.abs(value - ours[index]![at]!)));
    expect(ours[index]!.length).toBe(values.length);
    expect(worst / scale, `${index}`).toBeLessThan(1e-5);
  });
}

const sizes = fc.record({
  batch: fc.integer({min: 1, max: 5}),
  size: fc.tuple(fc.integer({min: 5, max: 17}), fc.integer({min: 5, max: 17})),
  kernel: fc.tuple(fc.integer({min: 1, max: 5}), fc.integer({min: 1, max: 5})),
  stride: fc.tuple(fc.integer({min: 1, max: 3}), fc.integer({min: 1, max: 3})),
  channels: fc.tuple(fc.integer({min: 1, max: 6}), fc.integer({min: 1, max: 9})),
  padding: fc.constantFrom('valid' as const, 'same' as const),
});

describe('a convolution on the wasm backend', () => {
  it('and both of its gradients agree with the cpu backend, whatever the sizes', async () => {
    const {tf} = backend;
    const tensors = tf.memory().numTensors;
    await fc.assert(
      fc.asyncProperty(sizes, async drawn => {
        expectSame(await gradients(tf, 'wasm', drawn), await gradients(tf, 'cpu', drawn));
      }),
      {seed: 7, numRuns: 150},
    );
    await tf.setBackend('wasm');
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('is the same with max and with average pooling', async () => {
    const {tf} = backend;
    await fc.assert(
      fc.asyncProperty(sizes, fc.constantFrom('avg', 'max'), async (drawn, kind) => {
        const run = async (name: string): Promise<Float32Array[]> => {
          await tf.setBackend(name);
          return pooled(tf, kind, drawn);
        };
        expectSame(await run('wasm'), await run('cpu'));
      }),
      {seed: 8, numRuns: 100},
    );
    await tf.setBackend('wasm');
  });

  it.each(['wasm', 'cpu'])(
    'hands out the whole gradient of a mean at the border, where a window holds fewer pixels (%s)',
    async name => {
      const {tf} = backend;
      await tf.setBackend(name);
      const gradient = tf.tidy(() =>
        tf.grad(x => tf.avgPool(x as Tensor4D, 2, 2, 'same').sum())(tf.zeros([1, 3, 3, 1])),
      );
      // What TensorFlow gives: the windows hold 4, 2, 2 and 1 pixels.
      expect(Array.from(gradient.dataSync())).toEqual([
        0.25, 0.25, 0.5, 0.25, 0.25, 0.5, 0.5, 0.5, 1,
      ]);
      gradient.dispose();
      await tf.setBackend('wasm');
    },
  );

  it('leaves nothing in the memory of the backend', async () => {
    const {tf} = backend;
    const drawn = {
      batch: 2,
      size: [9, 8],
      kernel: [3, 3],
      stride: [2, 1],
      channels: [2, 3],
      padding: 'valid',
    } as const;
    const held = (): number => (tf.backend() as unknown as {numDataIds(): number}).numDataIds();
    await gradients(tf, 'wasm', drawn);
    const before = held();
    for (let turn = 0; turn < 5; turn++) await gradients(tf, 'wasm', drawn);
    expect(held()).toBe(before);
  });
});
