import {describe, expect, it} from 'vitest';
import {parseExperiment} from '../../src/experiment/parse.js';
import {failureOf, tinyYaml} from '../helpers/experiments.js';

describe('an experiment file that is wrong', () => {
  it('names file, line, column, the line itself and the nearest key for an unknown key', () => {
    const error = failureOf(tinyYaml.replace('batchSize', 'batchsize'));
    expect(error.exitCode).toBe(2);
    expect(error.message).toMatchInlineSnapshot(`
      "tiny.yaml:14:23: training.batchsize: This key is not known here. Expected one of epochs, batchSize, optimizer, schedule, warmupEpochs, seed, lossWeights, balance, loss, augment, clipNorm, accumulate, ema, earlyStopping, best, affinity, precision, step. Did you mean batchSize?
        14 | training: {epochs: 2, batchsize: 12, optimizer: {adam: {learningRate: 0.01}}, seed: 3}
           |                       ^"
    `);
  });

  it.each([
    ['a tab', tinyYaml.replace('  heads', '\theads'), 'YAML cannot be indented by tabs', ':4:1'],
    ['a key twice', `${tinyYaml}name: other\n`, 'This key is a duplicate', ':15:1'],
    [
      'a wrong type',
      tinyYaml.replace('epochs: 2', 'epochs: two'),
      'training.epochs: Expected a number; received "two"',
      ':14:20',
    ],
    [
      'a number out of range',
      tinyYaml.replace('epochs: 2', 'epochs: 1e9'),
      'training.epochs: ',
      ':14:20',
    ],
    [
      'a rate that is not a number',
      tinyYaml.replace('0.01', '.nan'),
      'learningRate: Expected a number; received NaN',
      ':14:',
    ],
    ['filters: 0', tinyYaml.replace('filters: 4', 'filters: 0'), 'filters: ', ':10:25'],
    [
      'an unknown layer',
      tinyYaml.replace('- flatten', '- flaten'),
      'Did you mean flatten?',
      ':12:7',
    ],
    [
      'an unknown kind',
      tinyYaml.replace('multi-output', 'multioutput'),
      'Did you mean multi-output?',
      ':8:9',
    ],
    [
      'a missing key',
      tinyYaml.replace('  heads: [Male, Smiling]\n', ''),
      'data.heads: This key is missing',
      ':4:',
    ],
    [
      'an unknown option of image',
      tinyYaml.replace('size: [18', 'sise: [18'),
      'Did you mean size?',
      ':5:11',
    ],
    [
      'a head twice',
      tinyYaml.replace('[Male, Smiling]', '[Male, Male]'),
      'Expected each head once',
      ':4:10',
    ],
    [
      'a batch larger than the data',
      tinyYaml.replace('batchSize: 12', 'batchSize: 64'),
      'A batch cannot be larger than the training split. Expected at most 32; received 64',
      ':14:34',
    ],
    [
      'a balance of separate networks',
      tinyYaml.replace('kind: multi-output', 'kind: separate').replace('seed: 3', 'balance: famo'),
      'training.balance: famo weighs the heads of a network against each other, but model.kind separate trains a network for each head. Expected equal',
      ':14:',
    ],
    [
      'a balance of gradients where groups have layers of their own',
      tinyYaml
        .replace(
          'kind: multi-output',
          'kind: grouped\n  groups: [[Male], [Smiling]]\n  branchAfter: 2',
        )
        .replace('seed: 3', 'balance: nash'),
      'nash weighs gradients by the layer that all heads are on, but with model.branchAfter each group has its own',
      ':16:',
    ],
    [
      'a balance of one head',
      tinyYaml.replace('[Male, Smiling]', '[Male]').replace('seed: 3', 'balance: gls'),
      'but there is one head',
      ':14:',
    ],
    [
      'a convolution with a stride and a dilation',
      tinyYaml.replace('kernel: 3,', 'kernel: 3, stride: 2, dilation: [2, 1],'),
      'A convolution cannot have both a stride and a dilation. Expected one of them to be 1; received stride 2 and dilation 2 x 1.',
      ':10:60',
    ],
    [
      'a row that is flattened again',
      tinyYaml.replace('    - flatten: {}\n', '    - flatten: {}\n    - flatten: {}\n'),
      'flatten takes an image but gets one row of values',
      ':13:7',
    ],
    [
      'images that are too small for a layer',
      `${tinyYaml}matrix: {data.image.scale: [2, 60]}\n`.replace(/size: \[.*?\]/, 'scale: 2'),
      'model.layers[0].conv2d: In tiny.scale-60: a 3x3 kernel does not fit its input. Expected at most 3x2; received 3x3. Use larger images',
      ':10:7',
    ],
    [
      'a pooling layer that is one too many',
      tinyYaml.replace('    - flatten', `${'    - maxPooling2d: {}\n'.repeat(3)}    - flatten`),
      'model.layers[4].maxPooling2d: In tiny: a 2x2 window does not fit its input. Expected at most 2x1; received 2x2.',
      ':14:7',
    ],
    [
      'an expectation of no head',
      `${tinyYaml}expect: [Mail.validation.accuracy >= 0.8]\n`,
      'Mail is not a head of this experiment. Expected one of Male, Smiling. Did you mean Male?',
      ':15:10',
    ],
    ['nothing at all', '', 'name: This key is missing', 'tiny.yaml'],
    [
      'a matrix over an unknown key',
      `${tinyYaml}matrix: {data.image.scal: [2]}\n`,
      'Did you mean data.image.scale?',
      ':15:10',
    ],
    [
      'a matrix value that is refused',
      `${tinyYaml}matrix: {training.epochs: [2, 0]}\n`,
      'matrix.training.epochs',
      ':15:27',
    ],
  ])('says what is wrong with %s, and where', (_what, text, message, place) => {
    const error = failureOf(text);
    expect(error.message).toContain(message);
    expect(error.message).toContain(place);
    expect(error.exitCode).toBe(2);
  });

  it('refuses keys of the prototype', () => {
    expect(failureOf(`${tinyYaml}__proto__: {polluted: true}\n`).message).toContain('__proto__');
    expect(failureOf(tinyYaml, 'constructor.prototype.polluted=1').message).toContain(
      'is not a key',
    );
    expect('polluted' in {}).toBe(false);
  });

  it('refuses aliases that multiply', () => {
    const bomb = [
      'a: &a [1,1,1,1,1,1,1,1,1]',
      ...'bcdefgh'
        .split('')
        .map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[index]}`).join()}]`),
    ];
    expect(failureOf(bomb.join('\n')).message).toContain('alias');
  });

  it('runs no tags', () => {
    expect(failureOf(`${tinyYaml}expect: !!js/function "() => 1"\n`).message).toContain('tag');
  });

  it('says from which --set a problem comes', () => {
    expect(failureOf(tinyYaml, 'training.epochs=0').message).toContain(
      '(from --set training.epochs=0)',
    );
    expect(failureOf(tinyYaml, 'training.epoch=2').message).toContain(
      'Did you mean training.epochs?',
    );
    expect(failureOf(tinyYaml, 'training.epochs').message).toContain('expected KEY=VALUE');
  });

  it('refuses more combinations than anybody means', () => {
    const axis = JSON.stringify(Array.from({length: 40}, (_, index) => index + 1));
    const text = `${tinyYaml}matrix: {training.seed: ${axis}, training.epochs: ${axis}}\n`;
    expect(failureOf(text).message).toContain('Expected at most 1000; received 1600');
  });
});

describe('an experiment file', () => {
  it('is filled in with every default', () => {
    const {experiment} = parseExperiment(tinyYaml, 'tiny.yaml').variants[0]!;
    expect(experiment.data.sampling).toEqual({strategy: 'all'});
    expect(experiment.training.optimizer).toEqual({
      adam: {learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0},
    });
    expect(experiment.training.step).toBe('auto');
  });

  it('takes overrides, where a new key puts out the one that it excludes', () => {
    const {experiment} = parseExperiment(tinyYaml, 'tiny.yaml', [
      'data.image.scale=2',
      'training.optimizer.sgd.learningRate=0.5',
      'model.layers[0].conv2d.filters=6',
    ]).variants[0]!;
    expect(experiment.data.image).toEqual({scale: 2});
    expect(experiment.training.optimizer).toEqual({sgd: {learningRate: 0.5, weightDecay: 0}});
    expect(experiment.model.layers[0]?.conv2d?.filters).toBe(6);
  });

  it('becomes one experiment for each combination of its matrix, in order', () => {
    const text = `${tinyYaml}matrix: {data.image.scale: [1.5, 3], model.kind: [separate, multi-output]}\n`;
    const {variants} = parseExperiment(text, 'tiny.yaml');
    expect(variants.map(({experiment}) => experiment.name)).toEqual([
      'tiny.scale-1.5.separate',
      'tiny.scale-1.5.multi-output',
      'tiny.scale-3.separate',
      'tiny.scale-3.multi-output',
    ]);
    expect(variants[2]?.experiment.data.image).toEqual({scale: 3});
  });
});
