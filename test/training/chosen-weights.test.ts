import {describe, expect, it} from 'vitest';
import {planOf, readLayersFile, readSavedNetwork} from '../../src/artifacts/layers-model.js';
import {graphPredictor} from '../../src/artifacts/predict/predictor.js';
import type {ImageSet} from '../../src/data/dataset.js';
import {predictedClass} from '../../src/experiment/decision.js';
import {answering} from '../../src/model/answering.js';
import type {EventOf} from '../../src/runs/events.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import type {Checkpoint, EndedModel} from '../../src/training/checkpoint.js';
import {selectColumn} from '../../src/util/select-column.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {randomImages, trainHere} from '../helpers/train-in-process.js';

type Given = {
  readonly overrides: readonly string[];
  readonly validation?: ImageSet;
  readonly from?: Checkpoint;
};

const [train, validation, test] = [randomImages(48, 1), randomImages(40, 2), randomImages(30, 3)];

/** Trains a tiny network on the images above. */
async function trained({overrides, validation: other, from}: Given) {
  const experiment = tinyExperiment('training.epochs=4', ...overrides);
  const parts = {train: train.set, validation: other ?? validation.set, test: test.set};
  const {facts, checkpoints, ended, models} = await trainHere(experiment, parts, from, 1_000_000);
  const results = facts.filter(
    (fact): fact is EventOf<'model.ended'> => fact.type === 'model.ended',
  );
  const epochs = facts.filter(
    (fact): fact is EventOf<'epoch.ended'> => fact.type === 'epoch.ended',
  );
  const warnings = facts.flatMap(fact => (fact.type === 'log.written' ? [fact.message] : []));
  return {results, epochs, ended, checkpoints, models, warnings};
}

const both = ['evaluation.threshold=balanced', 'evaluation.calibrate=temperature'];

describe('the chosen weights', () => {
  it('keep the plain decision where the validation images are of one class, and the log says why', async () => {
    const oneClass = randomImages(8, 4, () => 1).set;
    const {results, warnings} = await trained({overrides: both, validation: oneClass});
    const plain = {threshold: 0.5, temperature: 1};
    expect(results[0]?.decisions).toEqual({Male: plain, Smiling: plain});
    expect(warnings.filter(text => text.includes('one class'))).toEqual([
      'The temperature of Male is 1: all its validation images are of one class.',
      'The temperature of Smiling is 1: all its validation images are of one class.',
      'The threshold of Male is 0.5: all its validation images are of one class.',
      'The threshold of Smiling is 0.5: all its validation images are of one class.',
    ]);
  });

  it('are measured with two validation images', async () => {
    const two = randomImages(2, 5, image => image).set;
    const {results} = await trained({overrides: both, validation: two});
    for (const {temperature} of Object.values(results[0]?.decisions ?? {})) {
      expect(temperature).toBeGreaterThanOrEqual(0.1);
      expect(temperature).toBeLessThanOrEqual(10);
    }
  });

  it('have no decisions where the experiment asks for none', async () => {
    const {results, ended, models} = await trained({overrides: []});
    expect(results[0]).not.toHaveProperty('decisions');
    expect(ended[0]?.decisions).toBeUndefined();
    expect((await readLayersFile(models[0]!.folder)).decisions).toBeUndefined();
  });

  it.each([
    ['multi-output', 'softmax', 'float32'],
    ['separate', 'softmax', 'float32'],
    ['concatenated', 'softmax', 'float32'],
    ['multi-output', 'softmax', 'bfloat16'],
    ['separate', 'sigmoid', 'float32'],
    ['concatenated', 'sigmoid', 'float32'],
  ])(
    'of a %s network with a %s for each head in %s are saved calibrated: the model itself predicts what the run counted',
    async (kind, output, precision) => {
      const overrides = [
        ...both,
        ...[`model.kind=${kind}`, `model.output=${output}`, `training.precision=${precision}`],
      ];
      const {results, ended, models} = await trained({overrides});
      const {native} = await loadBackend('tensorflow');
      for (const [at, {plan, folder}] of models.entries()) {
        const {decisions, probabilities} = ended[at]!;
        const file = await readLayersFile(folder);
        expect(file.decisions).toEqual(decisions);
        expect(results[at]?.decisions).toEqual(decisions);
        const network = readSavedNetwork(file, planOf(file, undefined));
        const predictor = graphPredictor(native!, network, file.precision);
        const predicted = predictor.predict(test.pixels, test.set.count).probabilities;
        predicted.forEach((value, index) =>
          expect(value).toBeCloseTo(probabilities.test![index]!, 6),
        );
        for (const [column, head] of plan.heads.entries()) {
          const labels = selectColumn(test.set.labels, 2, head === 'Male' ? 0 : 1);
          const values = selectColumn(probabilities.test!, plan.heads.length, column);
          const {threshold} = decisions![head]!;
          const right = labels.filter(
            (label, image) => predictedClass(values[image]!, threshold) === label,
          ).length;
          expect(results[at]?.test?.heads[head]?.accuracy).toBe(right / labels.length);
        }
      }
    },
  );

  it('have no higher log loss on the validation images than without calibration, epochs being the same', async () => {
    const [plain, calibrated] = await Promise.all([
      trained({overrides: []}),
      trained({overrides: ['evaluation.calibrate=temperature']}),
    ]);
    const [before, after] = [plain.results[0]!, calibrated.results[0]!];
    expect(after.bestEpoch).toBe(before.bestEpoch);
    expect(after.train).toEqual(before.train);
    const temperatures = Object.values(after.decisions!).map(({temperature}) => temperature);
    expect(temperatures.some(temperature => temperature !== 1)).toBe(true);
    for (const [head, {loss}] of Object.entries(after.validation.heads))
      expect(loss).toBeLessThanOrEqual(before.validation.heads[head]!.loss + 1e-6);
  });

  it('have a higher F1 or balanced accuracy at their threshold than at a half', async () => {
    const {ended, results} = await trained({overrides: ['evaluation.threshold=balanced']});
    const labels = selectColumn(validation.set.labels, 2, 1);
    const values = selectColumn(ended[0]!.probabilities.validation, 2, 1);
    const balanced = (threshold: number): number => {
      const rate = (of: number): number => {
        const ofClass = [...labels.keys()].filter(image => labels[image] === of);
        const right = ofClass.filter(image => predictedClass(values[image]!, threshold) === of);
        return right.length / ofClass.length;
      };
      return (rate(0) + rate(1)) / 2;
    };
    expect(balanced(results[0]!.decisions!['Smiling']!.threshold)).toBeGreaterThan(balanced(0.5));
  });

  it.each(['accuracy', 'f1'])(
    'are of the first epoch with the highest mean %s, and resuming in the middle keeps it',
    async best => {
      const overrides = [`training.best=${best}`, 'training.epochs=6'];
      const whole = await trained({overrides});
      const {bestEpoch, validation: kept} = whole.results[0]!;
      const mean = (heads: typeof kept.heads): number =>
        Object.values(heads).reduce((sum, {accuracy}) => sum + accuracy, 0);
      const epochs = whole.epochs.map(({validation: {heads}}) => mean(heads));
      if (best === 'accuracy') expect(bestEpoch).toBe(1 + epochs.indexOf(Math.max(...epochs)));
      expect(mean(kept.heads)).toBe(epochs[bestEpoch - 1]);
      const middle = whole.checkpoints.find(({progress}) => progress?.epoch === 4);
      const resumed = await trained({overrides, from: middle!});
      expect(resumed.results[0]).toMatchObject({bestEpoch, validation: kept});
      expect(resumed.ended).toEqual(whole.ended);
    },
  );

  it('are the same when the run is killed after its last epoch, and after its first network', async () => {
    const overrides = [...both, 'model.kind=separate'];
    const whole = await trained({overrides});
    const afterEpochs = whole.checkpoints.findLast(
      ({progress}) => progress?.model === 'Male' && progress.epoch === 5,
    );
    const afterFirst = whole.checkpoints.find(({ended}) => ended.length === 1);
    for (const from of [afterEpochs, afterFirst]) {
      expect(from).toBeDefined();
      const resumed = await trained({overrides, from: from!});
      expect(resumed.ended).toEqual(whole.ended);
      const {validation, test, decisions} = whole.results.at(-1)!;
      expect(resumed.results.at(-1)).toMatchObject({validation, test, decisions});
    }
  });
});

describe('a head in two groups', () => {
  const groups = ['model.kind=grouped', 'model.groups=Male | Smiling + Male'];

  it('is answered by the first of them', async () => {
    const {results, ended} = await trained({overrides: groups});
    expect(ended.map(({name}) => name)).toEqual(['Male', 'Male+Smiling']);
    expect(answering(ended, 'Male')?.name).toBe('Male');
    for (const result of results) expect(result).not.toHaveProperty('answers');
  });

  it.each(['loss', 'accuracy', 'f1'])(
    'is answered by the one with the better validation %s, also after it was resumed',
    async best => {
      const overrides = [...groups, 'model.answeredBy=best', `training.best=${best}`];
      const whole = await trained({overrides});
      const [first, second] = whole.ended as [EndedModel, EndedModel];
      expect(first.answers).toEqual(['Male']);
      const isBetter = second.costs![0]! < first.costs![0]!;
      expect(second.answers).toEqual(isBetter ? ['Male', 'Smiling'] : ['Smiling']);
      expect(whole.results.map(({answers}) => answers)).toEqual([first.answers, second.answers]);
      const {loss, accuracy} = whole.results[1]!.validation.heads['Male']!;
      if (best !== 'f1') expect(second.costs![0]).toBe(best === 'loss' ? loss : -accuracy);
      for (const from of [
        whole.checkpoints.findLast(({progress}) => progress?.model === 'Male'),
        whole.checkpoints.find(({ended}) => ended.length === 1),
        whole.checkpoints.find(({progress}) => progress?.model === second.name),
      ]) {
        const resumed = await trained({overrides, from: from!});
        expect(resumed.ended).toEqual(whole.ended);
        expect(resumed.results.at(-1)?.answers).toEqual(second.answers);
      }
    },
  );
});
