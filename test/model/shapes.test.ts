import fc from 'fast-check';
import {beforeAll, describe, expect, it} from 'vitest';
import {loadBackend} from '../../src/tensorflow/load.js';
import type {TensorFlow} from '../../src/tensorflow/types.js';
import type {LayerEntry} from '../../src/model/layers/entries.js';
import {buildModel} from '../../src/model/build.js';
import {modelPlans} from '../../src/model/plan.js';
import {layerTable, modelParameters} from '../../src/model/shapes.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {ExperimentFile} from '../../src/experiment/schema.js';

let tf: TensorFlow;
beforeAll(async () => {
  ({tf} = await loadBackend('tensorflow'));
});

const onImages = fc.oneof(
  fc.record({
    conv2d: fc.record({
      filters: fc.integer({min: 1, max: 5}),
      kernel: fc.integer({min: 1, max: 3}),
      stride: fc.integer({min: 1, max: 2}),
      padding: fc.constantFrom('valid', 'same'),
      useBias: fc.boolean(),
    }),
  }),
  fc.record({
    maxPooling2d: fc.record({
      size: fc.integer({min: 1, max: 2}),
      padding: fc.constantFrom('valid', 'same'),
    }),
  }),
  fc.record({averagePooling2d: fc.record({size: fc.integer({min: 1, max: 2})})}),
  fc.constant({batchNormalization: {}}),
  fc.constant({dropout: {rate: 0.2}}),
  fc.constant({activation: {function: 'tanh'}}),
  fc.record({
    depthwiseConv2d: fc.record({
      stride: fc.integer({min: 1, max: 2}),
      multiplier: fc.integer({min: 1, max: 2}),
      padding: fc.constant('same'),
      useBias: fc.boolean(),
    }),
  }),
  fc.record({
    separableConv2d: fc.record({filters: fc.integer({min: 1, max: 4}), kernel: fc.constant(1)}),
  }),
  fc.constant({layerNormalization: {}}),
  fc.constant({groupNormalization: {groups: 1}}),
  fc.constant({
    zeroPadding2d: {
      padding: [
        [0, 1],
        [2, 0],
      ],
    },
  }),
  fc.constant({spatialDropout2d: {rate: 0.1}}),
  fc.constant({squeezeExcitation: {ratio: 2}}),
  fc.record({
    residual: fc.record({
      layers: fc.constantFrom(
        [{conv2d: {filters: 3, stride: 2, padding: 'same'}}, {block: 'pair'}],
        [{conv2d: {filters: 4, kernel: 1}}, {batchNormalization: {}}],
        [{activation: {function: 'relu'}}],
      ),
    }),
  }),
  fc.constant({
    add: [
      [],
      [{activation: {function: 'relu'}}],
      [{block: 'pair', repeat: 2}, {dropout: {rate: 0.1}}],
    ],
  }),
);

const blocks = {pair: [{layerNormalization: {}}, {activation: {function: 'swish'}}]};

describe('the static layer table', () => {
  it('has the shapes, names and parameter counts of the layers that tfjs builds, for any list of layers', () => {
    fc.assert(
      fc.property(
        fc.array(onImages, {maxLength: 4}),
        fc.constantFrom(
          {kind: 'multi-output'},
          {kind: 'concatenated'},
          {kind: 'grouped', groups: 'Smiling | Male', branchAfter: 1},
        ),
        (layers, kind) => {
          const base = tinyExperiment();
          const experiment = ExperimentFile.parse({
            ...base,
            data: {...base.data, image: {size: [23, 19]}},
            model: {...kind, blocks, layers: [...layers, {flatten: {}}, {dense: {units: 3}}]},
          });
          const [plan] = modelPlans(experiment);
          const model = buildModel(tf, experiment, plan!);
          const rows = layerTable(experiment, plan!);
          expect(rows.map(({name}) => name)).toEqual(model.layers.map(({name}) => name));
          expect(rows.map(row => row.outputShape)).toEqual(
            model.layers.map(({outputShape}) => (outputShape as number[]).slice(1)),
          );
          expect(modelParameters(experiment, plan!)).toBe(model.countParams());
          expect(rows.slice(1).map(({inputs}) => inputs)).toEqual(
            model.layers
              .slice(1)
              .map(({input}) => [input].flat().map(({sourceLayer}) => sourceLayer.name)),
          );
          model.dispose();
        },
      ),
      {seed: 7, numRuns: 25},
    );
  });

  it.each<[string, LayerEntry[], string]>([
    [
      'a kernel larger than its input',
      [...Array<LayerEntry>(5).fill({maxPooling2d: {size: 2, padding: 'valid'}})],
      'model.layers[3] (max_pooling2d_3): a 2x2 window does not fit its input. Expected at most 2x1',
    ],
    [
      'a dense layer on an image',
      [{dense: {units: 3, activation: 'relu', useBias: true, initializer: 'zeros'}}],
      'model.layers[0] (dense): dense takes one row of values',
    ],
    ['heads on an image', [{activation: {function: 'relu'}}], 'the head Male: dense takes one row'],
    [
      'a convolution of a row',
      [{flatten: {}}, {maxPooling2d: {size: 2, padding: 'valid'}}],
      'model.layers[1] (max_pooling2d): maxPooling2d takes an image',
    ],
  ])('names the layer for %s', (_what, layers, message) => {
    const experiment = tinyExperiment();
    const changed = {...experiment, model: {...experiment.model, layers}};
    expect(() => layerTable(changed, modelPlans(changed)[0]!)).toThrow(message);
  });
});

describe('the same seed', () => {
  it('gives the same weights, and another for each network', () => {
    const experiment = tinyExperiment('model.kind=separate');
    const [male, smiling] = modelPlans(experiment).map(plan => () => {
      const model = buildModel(tf, experiment, plan);
      const values = Array.from(model.getWeights()[0]!.dataSync());
      model.dispose();
      return values;
    });
    expect(male!()).toEqual(male!());
    expect(male!()).not.toEqual(smiling!());
  });
});

describe('heads that are called like layers', () => {
  it.each([
    ['[dense_1, Smiling]', 'separate'],
    ['[dense_1, Smiling]', 'multi-output'],
    ['[input_layer, conv2d]', 'separate'],
    ['[input_layer, conv2d]', 'multi-output'],
  ])('still have an output each: %s %s', (heads, kind) => {
    const experiment = tinyExperiment(
      `data.heads=${heads}`,
      `model.kind=${kind}`,
      'model.layers.4.dense.units=3',
    );
    for (const plan of modelPlans(experiment)) {
      const model = buildModel(tf, experiment, plan);
      expect(model.outputs).toHaveLength(plan.heads.length);
      model.dispose();
    }
  });
});
