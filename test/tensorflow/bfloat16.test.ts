import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {inBfloat16} from '../../src/tensorflow/graph/bfloat16.js';
import {GraphBuilder, type GraphNode} from '../../src/tensorflow/graph/builder.js';
import {product} from '../../src/tensorflow/graph/ops/linear.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import {hasBfloat16, precisionFor} from '../../src/tensorflow/precision.js';
import type {Backend} from '../../src/tensorflow/types.js';
import {conv, experimentWith, make, sgd, smallBatches, smallLayers} from '../helpers/steps.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

/** The nodes of a graph of two products, rewritten. */
function rewritten(build: GraphBuilder): readonly GraphNode[] {
  let nodes: readonly GraphNode[] = [];
  build.savedModel(undefined, all => (nodes = inBfloat16(all, build.exact)));
  return nodes;
}

describe('a graph in bfloat16', () => {
  it('casts each value once in each direction, however often it is used', () => {
    const build = new GraphBuilder();
    const input = build.placeholder('input', 'float32', [-1, 8]);
    const weight = build.placeholder('weight', 'float32', [8, 8]);
    const {result, backward} = product(build, input, weight);
    build.float('Softmax', [result]);
    build.float('Square', [result]);
    backward(build.placeholder('gradient', 'float32', [-1, 8]), true);
    const nodes = rewritten(build);
    const casts = nodes.filter(({op}) => op === 'Cast').map(({name}) => name);
    expect(casts.toSorted()).toEqual([
      'bfloat16/gradient/0',
      'bfloat16/input/0',
      'bfloat16/weight/0',
      `float32/${result.node}/0`,
    ]);
    const types = nodes.map(({op, attributes}) => [op, attributes['T']]);
    expect(types.filter(([op]) => op === 'MatMul')).toEqual(
      Array.from({length: 3}, () => ['MatMul', {type: 'bfloat16'}]),
    );
    expect(types).toContainEqual(['Softmax', {type: 'float32'}]);
  });

  it('computes what is kept exact in float32', () => {
    const build = new GraphBuilder();
    const weight = build.placeholder('weight', 'float32', [8, 8]);
    build.keepExact(product(build, build.placeholder('input', 'float32', [-1, 8]), weight).result);
    expect(rewritten(build).filter(({op}) => op === 'Cast')).toEqual([]);
  });
});

describe('the precision', () => {
  it('is bfloat16 where it is asked for, the step is compiled and the processor has it', () => {
    const has = (): boolean => true;
    expect(precisionFor('bfloat16', true, has)).toEqual({precision: 'bfloat16'});
    expect(precisionFor('auto', true, has)).toEqual({precision: 'bfloat16'});
    expect(precisionFor(undefined, true, has)).toEqual({precision: 'float32'});
    expect(precisionFor('float32', true, has)).toEqual({precision: 'float32'});
  });

  it('is float32 elsewhere, with the reason where bfloat16 was asked for', () => {
    const lacks = (): boolean => false;
    expect(precisionFor('auto', true, lacks)).toEqual({precision: 'float32'});
    expect(precisionFor('bfloat16', true, lacks).note).toBe(
      'training.precision: bfloat16 cannot be used: this processor has no instructions for it. The network trains in float32.',
    );
    expect(precisionFor('bfloat16', false, () => true).note).toContain('only the compiled step');
  });

  it('follows from the instructions that Linux lists', () => {
    const file = path.join(temporaryFolder(), 'cpuinfo');
    const lists = (line: string): boolean => {
      writeFileSync(file, `processor : 0\n${line}\n`);
      return hasBfloat16(file);
    };
    expect(lists('flags\t\t: fpu sse avx512f avx512_bf16 avx512_vnni')).toBe(true);
    expect(lists('Features\t: fp asimd bf16 i8mm')).toBe(true);
    expect(lists('flags\t\t: fpu sse avx512f')).toBe(false);
    expect(hasBfloat16(path.join(file, 'missing'))).toBe(false);
  });
});

// Without the instructions TensorFlow computes bfloat16 in small steps, but the same numbers.
describe('training in bfloat16', () => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await loadBackend('tensorflow');
  });
  const overrides = (precision: string): string[] => [...sgd, `training.precision=${precision}`];
  const trained = async (precision: string) => {
    const experiment = experimentWith(smallLayers, overrides(precision));
    const {step, note, dispose} = await make(backend, experiment, 'graph');
    const losses: number[] = [];
    for (const batch of smallBatches) losses.push((await step.trainBatch(batch, 0.01)).loss);
    const state = await step.getState();
    const {probabilities} = await step.evaluateBatch(smallBatches[0]!);
    dispose();
    return {losses, state, probabilities, note};
  };

  it.runIf(hasBfloat16())('follows training in float32 and repeats to the bit', async () => {
    const [low, again, full] = [
      await trained('bfloat16'),
      await trained('bfloat16'),
      await trained('float32'),
    ];
    expect(again).toEqual(low);
    expect(low.note).toBeUndefined();
    expect(low.losses).not.toEqual(full.losses);
    low.losses.forEach((loss, index) =>
      expect(Math.abs(loss - full.losses[index]!)).toBeLessThan(0.03),
    );
    low.probabilities.forEach((value, index) =>
      expect(Math.abs(value - full.probabilities[index]!)).toBeLessThan(0.03),
    );
  });

  it.runIf(hasBfloat16())('resumes from a state to the same bits', async () => {
    const experiment = experimentWith(smallLayers, overrides('bfloat16'));
    const whole = await trained('bfloat16');
    const first = await make(backend, experiment, 'graph');
    for (const batch of smallBatches.slice(0, 5)) await first.step.trainBatch(batch, 0.01);
    const state = await first.step.getState();
    first.dispose();
    const second = await make(backend, experiment, 'graph');
    await second.step.setState(state);
    for (const batch of smallBatches.slice(5)) await second.step.trainBatch(batch, 0.01);
    expect(await second.step.getState()).toEqual(whole.state);
    second.dispose();
  });

  it.runIf(hasBfloat16()).each<[string, object[]]>([
    ['three channels and three filters', [conv({activation: 'relu'}), conv({})]],
    ['strides', [conv({filters: 8, stride: 2}), conv({filters: 8, stride: 2, padding: 'same'})]],
    ['strided 1x1 kernels', [conv({filters: 8}), conv({filters: 6, kernel: 1, stride: 2})]],
    ['dilation', [conv({filters: 8}), conv({filters: 8, dilation: 2})]],
    [
      'pooling',
      [conv({filters: 8, activation: 'relu'}), {maxPooling2d: {size: 2}}, conv({filters: 8})],
    ],
    ['mean pooling', [conv({filters: 8}), {averagePooling2d: {size: 2}}, conv({filters: 8})]],
    ['normalization', [conv({filters: 8}), {batchNormalization: {}}, conv({filters: 8})]],
    ['dense layers', [{flatten: {}}, {dense: {units: 7, activation: 'relu'}}]],
  ])('has the gradients of float32 to two digits with %s', async (_, layers) => {
    const changes = async (precision: string): Promise<number[]> => {
      const hasFlat = layers.some(layer => 'flatten' in layer);
      const stack = hasFlat ? layers : [...layers, {flatten: {}}];
      const {step, dispose} = await make(
        backend,
        experimentWith(stack, overrides(precision)),
        'graph',
      );
      const before = await step.getState();
      await step.trainBatch(smallBatches[0]!, 1);
      const after = await step.getState();
      dispose();
      return after.weights.flatMap(({values}, index) =>
        Array.from(values, (value, at) => value - before.weights[index]!.values[at]!),
      );
    };
    const [low, full] = [await changes('bfloat16'), await changes('float32')];
    const distance = Math.hypot(...low.map((value, at) => value - full[at]!));
    expect(distance / Math.hypot(...full)).toBeLessThan(0.02);
    expect(low).not.toEqual(full);
  });
});
