import {describe, expect, it} from 'vitest';
import {layerTable} from '../../src/model/shapes.js';
import {modelPlans} from '../../src/model/plan.js';
import {experimentSummary} from '../../src/model/summary.js';
import {failureOf, tinyExperiment, tinyYaml} from '../helpers/experiments.js';

const names = (...overrides: string[]): string[] => {
  const experiment = tinyExperiment(...overrides);
  return layerTable(experiment, modelPlans(experiment)[0]!).map(({name}) => name);
};
const conv = 'conv2d: {filters: 3, padding: same}';

describe('blocks', () => {
  it('come as often as they are repeated, with layers of their own each time', () => {
    const layers = names(
      `model.blocks={pair: [{${conv}}, {block: norm}], norm: [{batchNormalization: {}}]}`,
      'model.layers=[{block: pair, repeat: 2}, {flatten: {}}]',
    );
    expect(layers).toEqual([
      ...['input_layer', 'conv2d', 'batch_normalization', 'conv2d_1', 'batch_normalization_1'],
      ...['flatten', 'Male', 'Smiling'],
    ]);
  });

  it.each([
    ['{block: pear}', 'There is no block pear. Expected one of pair, loop'],
    ['{block: pear}', 'Did you mean pair?'],
    ['{block: loop}', 'The block loop contains itself, by loop > loop. Expected blocks that end.'],
    ['{block: wide}', 'model.blocks.wide[0].dense: '],
    [`{block: pair, ${conv}}`, 'exactly one of'],
    [`{${conv}, repeat: 2}`, 'repeat only with block'],
    ['{block: many, repeat: 100}', 'With all repetitions there are more than 1000 layers'],
    ['{residual: {layers: [{residual: {layers: []}}]}}', 'This key is not known here'],
    [
      '{add: [[], [{conv2d: {filters: 5}}]]}',
      'In tiny: branches are added that have different shapes. Expected the same; received [18, 14, 3] and [16, 12, 5].',
    ],
    ['{groupNormalization: {groups: 2}}', '3 channels do not divide into 2 groups'],
    ['{residual: {layers: [{flatten: {}}]}}', 'received [756] and [18, 14, 3]'],
  ])('and branches are refused where they are wrong: %s', (entry, message) => {
    const blocks = `{pair: [{${conv}}], loop: [{block: pair}, {block: loop}], wide: [{dense: {units: 3}}], many: [{block: pair, repeat: 100}]}`;
    const {message: text} = failureOf(
      tinyYaml,
      `model.blocks=${blocks}`,
      `model.layers=[${entry}, {flatten: {}}]`,
    );
    expect(text).toContain(message);
  });
});

describe('the summary of a network with branches', () => {
  it('says which layers each is connected to, as Keras does', () => {
    const text = experimentSummary(
      tinyExperiment(
        `model.layers=[{${conv}}, {residual: {layers: [{conv2d: {filters: 4, stride: 2, padding: same}}]}}, {squeezeExcitation: {ratio: 2}}, {flatten: {}}]`,
        'model.kind=concatenated',
      ),
      200,
    );
    expect(text).toMatchSnapshot();
  });
});
