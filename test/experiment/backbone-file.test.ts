import {copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {parseExperiment} from '../../src/experiment/parse.js';
import {parseResolved, stringifyExperiment} from '../../src/experiment/stringify.js';
import {experimentSummary} from '../../src/model/summary.js';
import {failureOf, tinyYaml} from '../helpers/experiments.js';
import {
  sizeless,
  onBackbone,
  on,
  messageFor,
  rowsOf,
  writeModel,
  input,
  layer,
  type Layer,
} from '../helpers/backbone-models.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const fixtures = path.resolve('test/fixtures/backbones');
const functional = path.join(fixtures, 'functional.keras');
let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(folder, {recursive: true});
});

describe('model.backbone with a file', () => {
  it('takes the size of its images from the file, and notes its SHA-256', () => {
    const experiment = parseResolved(
      stringifyExperiment(on({network: functional})),
      'experiment.yaml',
    );
    expect(experiment.data.image).toEqual({size: [24, 20]});
    expect(experiment.model.backbone!.sha256).toMatch(/^[0-9a-f]{64}$/);
    const [variant] = parseExperiment(
      sizeless,
      'tiny.yaml',
      onBackbone({network: functional}),
    ).variants;
    expect(variant!.experiment).toEqual(experiment);
  });

  it('has the layers up to the last image, with names of their own, and its scaling as a layer', () => {
    const rows = rowsOf(on({network: functional}));
    expect(rows.map(({name}) => name)).toEqual([
      ...['input_layer', 'backbone_scaling', 'backbone_stem', 'backbone_stem_normal'],
      ...['backbone_stem_relu', 'backbone_depthwise', 'backbone_no_scale', 'backbone_activation'],
      ...['backbone_separable', 'backbone_joined', 'backbone_border', 'backbone_last'],
      ...['backbone_pool', 'flatten', 'Male', 'Smiling'],
    ]);
    expect(rows.filter(({trainable}) => trainable > 0).map(({name}) => name)).toEqual([
      'Male',
      'Smiling',
    ]);
    const text = experimentSummary(on({network: functional}));
    expect(text).toContain(' layers, up to pool\n Images of 24x20, values from 0 to 255\n');
    expect(text.split('\n').every(line => line.length <= 120)).toBe(true);
  });

  it('learns from a layer on, but not its batch normalization', () => {
    const rows = rowsOf(on({network: functional, from: 'depthwise', until: 'joined'}));
    expect(rows.flatMap(({name, trainable}) => (trainable > 0 ? [name] : []))).toEqual([
      ...['backbone_depthwise', 'backbone_separable', 'Male', 'Smiling'],
    ]);
  });

  it.each([
    [{until: 'joind'}, 'has no layer joind. Expected one of image, random_flip, rescaling'],
    [{until: 'joind'}, 'Did you mean joined?'],
    [{from: 'classes', until: 'last'}, 'The layer classes of'],
    [{scaling: 'half'}, 'model.backbone.scaling'],
    [{sha256: '0'.repeat(64)}, 'is another file than the one with model.backbone.sha256'],
    [{until: 'classes'}, 'the layer classes has activation'],
    [
      {from: 'depthwise', frozen: true},
      'frozen: true keeps all weights, and from: depthwise lets some learn. Expected one of them.',
    ],
  ])('says what is wrong with its keys: %s', (keys, message) => {
    expect(messageFor({network: functional, ...keys})).toContain(message);
  });

  it('says which size the images of the file have', () => {
    const {message} = failureOf(tinyYaml, ...onBackbone({network: functional}));
    expect(message).toContain(
      'takes images of 24x20; those of the experiment are 18x14. Expected data.image: {size: [24, 20]}, or no data.image.',
    );
  });

  it.each<[string, Layer[], string]>([
    ['unknown', [layer('LeakyReLU')], 'the layer the_LeakyReLU is of the class LeakyReLU'],
    ['unknown', [layer('LeakyReLU')], 'Expected Conv2D, MaxPooling2D'],
    ['unknown', [layer('LeakyReLU')], 'Name a layer below it as model.backbone.until.'],
    ['with groups', [layer('Conv2D', {filters: 6, kernel_size: 3, groups: 3})], 'has groups: 3'],
    [
      'dilated',
      [layer('DepthwiseConv2D', {kernel_size: 3, dilation_rate: [2, 2]})],
      'has dilationRate: [2,2]',
    ],
    [
      'on channels first',
      [layer('Conv2D', {filters: 6, data_format: 'channels_first'})],
      'has dataFormat',
    ],
    [
      'normalizing too late',
      [layer('ReLU'), layer('Normalization', {mean: 1, variance: 2})],
      'is of the class Normalization, which is not known here',
    ],
    [
      'reshaping an image',
      [layer('Conv2D', {filters: 6}), layer('Reshape', {target_shape: [-1, 6]})],
      'the shape [-1, 6]',
    ],
    ['a slope', [layer('ReLU', {negative_slope: 0.1})], 'is a ReLU with a slope'],
    ['another axis', [layer('BatchNormalization', {axis: 1})], 'has axis: 1'],
  ])('names a layer that is %s', (_what, layers, message) => {
    expect(messageFor({network: writeModel(folder, [input, ...layers])})).toContain(message);
  });

  it('does not need to know the layers that are not used', () => {
    const layers = [
      input,
      layer('ReLU'),
      layer('Flatten'),
      layer('Dense', {units: 2, activation: 'softmax'}),
    ];
    expect(rowsOf(on({network: writeModel(folder, layers)})).map(({name}) => name)).toEqual([
      ...['input_layer', 'backbone_the_ReLU', 'flatten', 'Male', 'Smiling'],
    ]);
  });

  it.each([
    [
      'a graph model',
      {format: 'graph-model'},
      'it is a graph-model, which has operations in place of layers',
    ],
    ['no topology', {modelTopology: undefined}, 'modelTopology'],
    [
      'a subclassed model',
      {modelTopology: {class_name: 'Mine', config: {}}},
      'it is no sequential or functional model',
    ],
    [
      'missing weights',
      {weightsManifest: [{paths: ['a.bin'], weights: []}]},
      'the file a.bin of its weights is missing. Copy all files',
    ],
    [
      'other weights',
      {
        weightsManifest: [
          {paths: ['model.json'], weights: [{name: 'a/b', shape: [2], dtype: 'float32'}]},
        ],
      },
      'bytes of weights, not the 8 of its description',
    ],
    [
      'weights elsewhere',
      {weightsManifest: [{paths: ['../a.bin'], weights: []}]},
      'not beside model.json',
    ],
  ])('refuses %s', (_what, changes, message) => {
    expect(messageFor({network: writeModel(folder, [input], changes)})).toContain(message);
  });

  it('refuses a scaling for face-recognition, which scales its images itself', () => {
    expect(messageFor({network: 'face-recognition', scaling: 'caffe'})).toContain(
      'Expected no scaling',
    );
  });

  it('says what it expects where the file is something else', () => {
    const file = path.join(folder, 'model.pt');
    writeFileSync(file, 'no model');
    expect(messageFor({network: file})).toContain(
      'Expected a layers model of tfjs (model.json beside its weights), a .keras or .h5 file with a whole model, or a finished run',
    );
    writeFileSync(file, readFileSync(functional).subarray(0, 20_000));
    expect(messageFor({network: file})).toContain('no model can be read from this');
    expect(messageFor({network: folder})).toContain('this folder has no model.json');
    expect(messageFor({network: `${folder}/none`})).toContain('there is no such file');
    const loop = path.join(folder, 'loop');
    symlinkSync(loop, loop);
    for (const network of [`${file}/x`, loop, 'a'.repeat(300), 'a\0b'])
      expect(messageFor({network})).toContain('there is no such file');
  });

  it('takes a run by its folder where it has one network', () => {
    const network = writeModel(folder, [input, layer('ReLU')]);
    const run = (name: string, networks: readonly string[]): string => {
      for (const model of networks) {
        const models = path.join(folder, name, 'models', model);
        mkdirSync(models, {recursive: true});
        copyFileSync(path.join(network, 'model.json'), path.join(models, 'model.json'));
      }
      return path.join(folder, name);
    };
    expect(rowsOf(on({network: run('single', ['both'])}))).toHaveLength(5);
    expect(messageFor({network: run('double', ['Male', 'Smiling'])})).toMatch(
      /the run has several networks. Expected one of .*Male, .*Smiling/,
    );
  });

  it('leaves a run readable whose file is gone', () => {
    const network = path.join(folder, 'copy.keras');
    copyFileSync(functional, network);
    const text = stringifyExperiment(on({network}));
    rmSync(network);
    expect(parseResolved(text, 'experiment.yaml').model.backbone!.network).toBe(network);
  });
});
