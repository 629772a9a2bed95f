import {readFileSync} from 'node:fs';
import {beforeAll, describe, expect, it} from 'vitest';
import {MISSING} from '../../src/experiment/missing-label.js';
import {cosines, lookAhead} from '../../src/tensorflow/head-affinity.js';
import {crossEntropy, type HeadLoss} from '../../src/tensorflow/head-loss.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import type {TrainingStep} from '../../src/tensorflow/training-step.js';
import type {Backend} from '../../src/tensorflow/types.js';
import {experimentWith, make, sgd, smallBatches, smallLayers} from '../helpers/steps.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

type Dense = {readonly kernel: readonly number[]; readonly bias: readonly number[]};

// By test/fixtures/affinity/affinity.py.
const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/affinity/affinity.json', import.meta.url), 'utf8'),
) as {
  size: [number, number];
  images: number[];
  learningRate: number;
  hidden: Dense;
  heads: Dense[];
  cases: {
    name: string;
    labels: number[];
    losses: HeadLoss[];
    cosine: number[][];
    tag: number[][];
  }[];
};

const smallNetwork = [{flatten: {}}, {dense: {units: 5, activation: 'tanh'}}];

/** Puts the fixture's weights into a step. */
async function setWeights(step: TrainingStep): Promise<void> {
  const {hidden, heads} = fixture;
  const state = await step.getState();
  const dense = [hidden, ...heads];
  // A vector has the kernels of all heads side by side, and so their rows one after another.
  const side = (key: keyof Dense): number[] => {
    const rows = key === 'bias' ? 1 : 5;
    return Array.from({length: rows}, (_, row) =>
      heads.flatMap(head => {
        const width = head[key].length / rows;
        return head[key].slice(row * width, (row + 1) * width);
      }),
    ).flat();
  };
  const values = dense.flatMap(({kernel, bias}) => [kernel, bias]);
  const isVector = state.weights.length === 4;
  const all = isVector ? [hidden.kernel, hidden.bias, side('kernel'), side('bias')] : values;
  const weights = state.weights.map((weight, at) => ({
    ...weight,
    values: Float32Array.from(all[at]!),
  }));
  await step.setState({...state, weights});
}

/** The affinity that a step measures on the fixture's batch, row by row. */
async function measured(
  choice: 'graph' | 'layers',
  method: 'gradient-cosine' | 'tag',
  {losses, labels}: (typeof fixture.cases)[number],
  kind: 'multi-output' | 'concatenated',
): Promise<readonly number[]> {
  const experiment = experimentWith(
    smallNetwork,
    [
      ...['data.heads=[Male, Smiling, Hair]', 'data.classes={Hair: [a, b, c]}'],
      ...[`model.kind=${kind}`, `training.affinity={method: ${method}}`],
    ],
    fixture.size,
  );
  const isPartial = labels.includes(MISSING);
  const given = losses.map(loss => ({...loss, isPartial}));
  const {step, dispose} = await make(backend, experiment, choice, given);
  await setWeights(step);
  const batch = {
    images: Uint8Array.from(fixture.images),
    labels: Uint8Array.from(labels),
    size: labels.length / losses.length,
  };
  const {affinity} = await step.trainBatch(batch, fixture.learningRate, undefined, true);
  dispose();
  return [...affinity!];
}

function expectClose(values: readonly number[], expected: readonly (readonly number[])[]): void {
  expect(values).toHaveLength(expected.flat().length);
  const distances = values.map((value, at) => Math.abs(value - expected.flat()[at]!));
  expect(Math.max(...distances)).toBeLessThan(1e-5);
}

describe('the affinity of heads', () => {
  it.each(
    (['graph', 'layers'] as const).flatMap(choice => [
      ...fixture.cases.map(values => [choice, 'multi-output', values.name, values] as const),
      ...fixture.cases
        .slice(1)
        .map(values => [choice, 'concatenated', values.name, values] as const),
    ]),
  )(
    "is PyTorch's, in the %s step of a %s network, with %s",
    async (choice, kind, _name, values) => {
      expectClose(await measured(choice, 'gradient-cosine', values, kind), values.cosine);
      expectClose(await measured(choice, 'tag', values, kind), values.tag);
    },
  );

  it('is of the losses with the weights of a balance, in both steps', async () => {
    const experiment = experimentWith(smallLayers, [
      ...['training.balance=rlw', 'training.affinity={method: tag}'],
    ]);
    const affinities: Float64Array[] = [];
    for (const choice of ['graph', 'layers'] as const) {
      const {step, dispose} = await make(backend, experiment, choice);
      const {affinity, weights} = await step.trainBatch(smallBatches[0]!, 0.1, undefined, true);
      expect(weights![0]).not.toBeCloseTo(weights![1]!, 2);
      affinities.push(affinity!);
      dispose();
    }
    affinities[0]!.forEach((value, at) => expect(value).toBeCloseTo(affinities[1]![at]!, 6));
  });

  it('is not defined where a gradient or a loss is zero', () => {
    expect([...cosines([4, 0, 0, 0])]).toEqual([1, Number.NaN, Number.NaN, Number.NaN]);
    const nothingKnown = {
      logits: Float32Array.of(1, 0, 0, 1),
      gradient: Float32Array.of(-0.2, 0.2, 0, 0),
      kernelProducts: Float32Array.from({length: 16}, (_, at) => (at % 5 === 0 ? 1 : 0)),
      labels: Uint8Array.of(0, MISSING),
    };
    const [own, _other, ...rest] = lookAhead(nothingKnown, [crossEntropy(), crossEntropy()], 0.1);
    expect(own).toBeGreaterThan(0);
    expect(rest).toEqual([Number.NaN, Number.NaN]);
  });

  it.each(['graph', 'layers'] as const)(
    'changes nothing of the training, and is of each batch of an update (%s)',
    async choice => {
      const accumulate = [...sgd, 'training.accumulate=2'];
      const plain = await make(backend, experimentWith(smallLayers, accumulate), choice);
      const measuring = await make(
        backend,
        experimentWith(smallLayers, [...accumulate, 'training.affinity={method: tag}']),
        choice,
      );
      for (const [at, batch] of smallBatches.slice(0, 4).entries()) {
        const group = {index: at % 2, images: (at % 2 === 0 ? 1 : 2) * 8, isLast: at % 2 === 1};
        await plain.step.trainBatch(batch, 0.1, group);
        const {affinity} = await measuring.step.trainBatch(batch, 0.1, group, at < 2);
        expect(affinity?.every(Number.isFinite)).toBe(at < 2 ? true : undefined);
      }
      expect(await measuring.step.getState()).toEqual(await plain.step.getState());
      plain.dispose();
      measuring.dispose();
    },
  );
});
