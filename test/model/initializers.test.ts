import {beforeAll, describe, expect, it} from 'vitest';
import {loadBackend} from '../../src/tensorflow/load.js';
import type {Backend} from '../../src/tensorflow/types.js';
import {buildModel} from '../../src/model/build.js';
import {modelPlans} from '../../src/model/plan.js';
import {experimentWith} from '../helpers/steps.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('cpu');
});

const [INPUTS, UNITS] = [13 * 11 * 3, 300];

describe('an initialiser', () => {
  it.each([
    ['glorotNormal', 2 / (INPUTS + UNITS)],
    ['glorotUniform', 2 / (INPUTS + UNITS)],
    ['heNormal', 2 / INPUTS],
    ['heUniform', 2 / INPUTS],
    ['leCunNormal', 1 / INPUTS],
    ['leCunUniform', 1 / INPUTS],
  ])('draws weights of the variance that Keras 3 gives them: %s', (initializer, variance) => {
    const experiment = experimentWith([{flatten: {}}, {dense: {units: UNITS, initializer}}]);
    const model = buildModel(backend.tf, experiment, modelPlans(experiment)[0]!);
    const weights = Float32Array.from(model.getWeights()[0]!.dataSync());
    const measured = weights.reduce((sum, value) => sum + value ** 2, 0) / weights.length;
    // 128,700 weights: two hundredths are more than four standard errors.
    expect(measured / variance).toBeGreaterThan(0.98);
    expect(measured / variance).toBeLessThan(1.02);
    model.dispose();
  });
});
