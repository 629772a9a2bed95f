import {readFileSync} from 'node:fs';
import {beforeAll, describe, expect, it} from 'vitest';
import {MISSING} from '../../src/experiment/missing-label.js';
import {crossEntropy} from '../../src/tensorflow/head-loss.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import {hasBfloat16} from '../../src/tensorflow/precision.js';
import type {Batch, StepState} from '../../src/tensorflow/training-step.js';
import type {Backend} from '../../src/tensorflow/types.js';
import {failureOf, tinyExperiment, tinyYaml} from '../helpers/experiments.js';
import {
  experimentWith,
  largestDifference,
  make,
  sgd,
  smallBatches,
  smallLayers,
} from '../helpers/steps.js';
import {modelParameters} from '../../src/model/shapes.js';
import {modelPlans} from '../../src/model/plan.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

/** By test/fixtures/sigmoid/sigmoid.py, with NumPy: heads on the pixels themselves, each with another loss. */
const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/sigmoid/sigmoid.json', import.meta.url), 'utf8'),
) as {
  readonly shape: [number, number];
  readonly rate: number;
  readonly start: {readonly kernel: number[][]; readonly bias: number[]};
  readonly images: number[][];
  readonly labels: number[][];
  readonly losses: number[][];
  readonly final: {readonly kernel: number[][]; readonly bias: number[]};
  readonly logits: number[];
};
const heads = ['Male', 'Smiling', 'Young', 'Hat'];
const plain = {...crossEntropy(), isPartial: true};
const losses = [
  plain,
  {...plain, classWeights: [1, 3]},
  {...plain, labelSmoothing: 0.1},
  {...plain, focalGamma: 2},
];
const batches = fixture.images.map((images, at): Batch => {
  const labels = Uint8Array.from(fixture.labels[at]!);
  return {images: Uint8Array.from(images), labels, size: labels.length / heads.length};
});

/** The weights of the heads as a step names them: of each head, or of all in a vector. */
function weightsOf({kernel, bias}: typeof fixture.start, isVector: boolean): number[][] {
  if (!isVector) return kernel.flatMap((values, head) => [values, [bias[head]!]]);
  return [kernel[0]!.flatMap((_, row) => kernel.map(values => values[row]!)), bias];
}

describe('heads with one sigmoid', () => {
  it('are refused where a head has more than two classes, with what to do', () => {
    const text = tinyYaml.replace('model:', '  classes: {Smiling: [a, b, c]}\nmodel:');
    const {message} = failureOf(text, 'model.output=sigmoid');
    expect(message).toContain('Smiling has 3 classes, and a sigmoid is for two. Expected softmax');
  });

  it('have half of the parameters of a softmax', () => {
    const parameters = (...overrides: string[]): number => {
      const experiment = tinyExperiment(...overrides);
      return modelParameters(experiment, modelPlans(experiment)[0]!);
    };
    // Two heads on 8 units.
    for (const kind of ['multi-output', 'concatenated'])
      expect(parameters(`model.kind=${kind}`)).toBe(
        parameters(`model.kind=${kind}`, 'model.output=sigmoid') + 2 * 9,
      );
  });

  it.each(
    (['graph', 'layers'] as const).flatMap(choice =>
      ['multi-output', 'concatenated'].map(kind => [choice, kind] as const),
    ),
  )(
    'train as in NumPy, with class weights, smoothing, a focal loss and missing labels (%s, %s)',
    async (choice, kind) => {
      const keys = [`data.heads=[${heads.join()}]`, `model.kind=${kind}`, 'model.output=sigmoid'];
      const experiment = experimentWith([{flatten: {}}], [...sgd, ...keys], fixture.shape);
      const {step, dispose} = await make(backend, experiment, choice, losses);
      const state = await step.getState();
      const start = weightsOf(fixture.start, kind === 'concatenated');
      await step.setState({
        ...state,
        weights: state.weights.map((weight, at) => ({
          ...weight,
          values: Float32Array.from(start[at]!),
        })),
      });
      for (const [at, batch] of batches.entries()) {
        const {headLosses} = await step.trainBatch(batch, fixture.rate);
        headLosses.forEach((loss, head) => expect(loss).toBeCloseTo(fixture.losses[at]![head]!, 5));
      }
      const final = weightsOf(fixture.final, kind === 'concatenated');
      (await step.getState()).weights.forEach(({values}, at) =>
        values.forEach((value, place) => expect(value).toBeCloseTo(final[at]![place]!, 5)),
      );
      const odds = await step.logOdds(batches.at(-1)!);
      const {probabilities, headCorrect} = await step.evaluateBatch(batches.at(-1)!);
      fixture.logits.forEach((logit, at) => {
        expect(odds[at]).toBeCloseTo(logit, 4);
        expect(probabilities[at]).toBeCloseTo(1 / (1 + Math.exp(-logit)), 5);
      });
      const {labels} = batches.at(-1)!;
      expect(headCorrect).toEqual(
        heads.map(
          (_, head) =>
            labels.filter(
              (label, at) =>
                at % heads.length === head && label === (fixture.logits[at]! > 0 ? 1 : 0),
            ).length,
        ),
      );
      dispose();
    },
  );

  it.each([
    ['training.balance=mgda-ub', 'training.accumulate=4'],
    ['training.affinity={method: tag, every: 1}', 'training.augment.mixup=0.2'],
    [
      'training.balance=gls',
      'model.kind=grouped',
      'model.groups=Male|Smiling',
      'model.branchAfter=2',
    ],
  ])('train in the compiled step as in the layers step, with %s', async (...keys) => {
    const experiment = experimentWith(smallLayers, [...sgd, 'model.output=sigmoid', ...keys]);
    const mixes = experiment.training.augment !== undefined;
    const states: StepState[] = [];
    const affinities: (Float64Array | undefined)[] = [];
    for (const choice of ['graph', 'layers'] as const) {
      const {step, dispose} = await make(backend, experiment, choice, [plain, losses[1]!]);
      for (const [at, batch] of smallBatches.slice(0, 8).entries()) {
        const labels = batch.labels.map((label, place) => (place % 5 === 1 ? MISSING : label));
        const fractions = new Float32Array(batch.size).fill(0.3);
        const mixed = {labels: smallBatches[at + 1]!.labels.slice(0, labels.length), fractions};
        const group = {index: at % 4, images: 8 * ((at % 4) + 1), isLast: at % 4 === 3};
        const {affinity} = await step.trainBatch(
          {...batch, labels, ...(mixes && {mixed})},
          0.1,
          experiment.training.accumulate === undefined ? undefined : group,
          experiment.training.affinity !== undefined,
        );
        affinities.push(affinity);
      }
      states.push(await step.getState());
      dispose();
    }
    expect(largestDifference(states[0]!, states[1]!)).toBeLessThan(1e-4);
    affinities
      .slice(0, 8)
      .forEach((affinity, at) =>
        affinity?.forEach((value, pair) =>
          expect(value).toBeCloseTo(affinities[at + 8]![pair]!, 4),
        ),
      );
    expect(affinities[0] !== undefined).toBe(experiment.training.affinity !== undefined);
  });

  it.each([
    ['graph', 'float32'],
    ['layers', 'float32'],
    ...(hasBfloat16() ? [['graph', 'bfloat16'] as const] : []),
  ] as const)('resume to the same bits (%s, %s)', async (choice, precision) => {
    const experiment = experimentWith(smallLayers, [
      ...['model.output=sigmoid', `training.precision=${precision}`],
    ]);
    const once = await make(backend, experiment, choice);
    for (const batch of smallBatches.slice(0, 4)) await once.step.trainBatch(batch, 0.01);
    const state = await once.step.getState();
    const again = await make(backend, experiment, choice);
    await again.step.setState(state);
    for (const {step} of [once, again])
      for (const batch of smallBatches.slice(4, 8)) await step.trainBatch(batch, 0.01);
    expect(await again.step.getState()).toEqual(await once.step.getState());
    [once, again].forEach(({dispose}) => dispose());
  });
});
