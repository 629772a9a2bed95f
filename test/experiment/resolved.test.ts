import {describe, expect, it} from 'vitest';
import {configHash} from '../../src/experiment/config-hash.js';
import {checkExpectations} from '../../src/experiment/expectations.js';
import {listExperiments, loadExperiment, shippedExperiments} from '../../src/experiment/load.js';
import {parseResolved, stringifyExperiment} from '../../src/experiment/stringify.js';
import {experimentParameters, modelParameters} from '../../src/model/shapes.js';
import {modelPlans} from '../../src/model/plan.js';
import {tinyExperiment} from '../helpers/experiments.js';

describe('the shipped experiments', () => {
  it('are all valid', async () => {
    const listed = await listExperiments(shippedExperiments);
    expect(listed.map(({name}) => name)).toEqual([
      'concatenated',
      'face-backbone',
      'forty-heads',
      'multi-output',
      'planted',
      'quick',
      'residual',
      'scale-factor',
      'search',
      'separate',
      'papers/celeba-40-cnn',
      'papers/celeba-9-attributes',
      'papers/liu-2015-split',
    ]);
    expect(listed.flatMap(({error}) => error ?? [])).toEqual([]);
  });

  it("are the tutorial's models to the parameter", async () => {
    const only = async (name: string) =>
      (await loadExperiment(name, shippedExperiments)).variants[0]!.experiment;
    const separate = await only('separate');
    expect(modelPlans(separate).map(plan => modelParameters(separate, plan))).toEqual([
      687_298, 687_298,
    ]);
    expect(experimentParameters(await only('multi-output'))).toBe(200_004);
    expect(experimentParameters(await only('concatenated'))).toBe(200_004);
    expect((await only('forty-heads')).data.heads).toHaveLength(40);
  });

  it('are named nearest when a name is wrong', async () => {
    await expect(loadExperiment('multioutput', shippedExperiments)).rejects.toMatchObject({
      hint: 'Did you mean multi-output?',
      exitCode: 2,
    });
    await expect(loadExperiment('./nowhere.yaml', shippedExperiments)).rejects.toThrow(
      'cannot be read',
    );
  });
});

describe('a resolved definition', () => {
  it('is written and read back the same', () => {
    const experiment = tinyExperiment();
    expect(parseResolved(stringifyExperiment(experiment), 'experiment.yaml')).toEqual(experiment);
  });

  it('has a hash of what decides the result, and of nothing else', () => {
    const experiment = tinyExperiment();
    expect(configHash({...experiment, name: 'other', description: 'other'})).toBe(
      configHash(experiment),
    );
    expect(configHash(tinyExperiment('training.seed=4'))).not.toBe(configHash(experiment));
  });
});

describe('an expectation', () => {
  const results = {
    Male: {train: {loss: 0.1, accuracy: 0.99}, validation: {loss: NaN, accuracy: 0.85}},
  };

  it('is met or named with what it was', () => {
    expect(checkExpectations(['Male.validation.accuracy >= 0.85'], results)).toEqual([]);
    expect(checkExpectations(['Male.validation.accuracy > 0.85'], results)).toEqual([
      'expected Male.validation.accuracy > 0.85; it was 0.85',
    ]);
  });

  it('may be about any metric of a head, and about the mean over the heads', () => {
    const measured = {
      Male: {test: {f1: 0.8, accuracy: 0.9}},
      Smiling: {test: {f1: 0.6, accuracy: 0.7}},
    };
    expect(checkExpectations(['Male.test.f1 >= 0.8', 'mean.test.f1 >= 0.7'], measured)).toEqual([]);
    expect(checkExpectations(['mean.test.accuracy > 0.8'], measured)).toEqual([
      'expected mean.test.accuracy > 0.8; it was 0.8',
    ]);
    expect(checkExpectations(['mean.test.brier < 1'], measured)).toEqual([
      'expected mean.test.brier < 1; it was not measured',
    ]);
  });

  it('is not met by what is not a number, or was not measured', () => {
    expect(
      checkExpectations(['Male.validation.loss < 9', 'Smiling.train.accuracy > 0'], results),
    ).toHaveLength(2);
  });
});
