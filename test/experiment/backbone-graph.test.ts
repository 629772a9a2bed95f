import {mkdirSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {
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
let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(folder, {recursive: true});
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('the layers of a file that branches', () => {
  const named = (name: string, inputs: readonly string[], part: Layer): object => ({
    ...part,
    name,
    config: {...part.config, name},
    inbound_nodes: inputs.length === 0 ? [] : [inputs.map(from => [from, 0, 0, {}])],
  });
  const functionalOf = (layers: readonly object[], output: string): string => {
    const config = {name: 'm', layers, input_layers: ['in'], output_layers: [[output, 0, 0]]};
    return writeModel(folder, [], {modelTopology: {class_name: 'Functional', config}});
  };

  it('refuses images that some layers take unscaled', () => {
    const layers = [
      named('in', [], input),
      named('bytes', ['in'], layer('Rescaling', {scale: 0.1})),
      named('sum', ['bytes', 'in'], layer('Add')),
    ];
    expect(messageFor({network: functionalOf(layers, 'sum')})).toContain(
      'the layer sum takes the images without a scaling that other layers have',
    );
  });

  const squeezed = (...between: object[]): string =>
    functionalOf(
      [
        named('in', [], input),
        named('squeeze', ['in'], layer('GlobalAveragePooling2D')),
        named('shaped', ['squeeze'], layer('Reshape', {target_shape: [1, 1, 3]})),
        ...between,
        named('scaled', ['in', 'factors'], layer('Multiply')),
      ],
      'scaled',
    );

  it('names a layer that is not known among the factors of a squeeze and excitation', () => {
    const unknown = named('factors', ['shaped'], layer('Softmax'));
    expect(messageFor({network: squeezed(unknown)})).toContain(
      'the layer factors is of the class Softmax',
    );
    const window = {filters: 3, kernel_size: 3, padding: 'same'};
    const wide = named('factors', ['shaped'], layer('Conv2D', window));
    expect(messageFor({network: squeezed(wide)})).toContain(
      'the layer factors takes an image of one pixel, of which only convolutions with a kernel of 1 are known',
    );
  });

  it('has the factors of a squeeze and excitation as a row, and their convolutions as dense layers', () => {
    const factors = named('factors', ['shaped'], layer('Conv2D', {filters: 3, kernel_size: 1}));
    const rows = rowsOf(on({network: squeezed(factors)}));
    expect(rows.map(({type, outputShape}) => [type, ...outputShape])).toEqual([
      ['InputLayer', 24, 20, 3],
      ['GlobalAveragePooling2D', 3],
      ['Dense', 3],
      ['Multiply', 24, 20, 3],
      ['Flatten', 24 * 20 * 3],
      ...[
        ['Dense', 2],
        ['Dense', 2],
      ],
    ]);
  });

  it('does not let a layer learn that is called twice', () => {
    const network = path.join(fixtures, 'branches.keras');
    expect(messageFor({network, from: 'stem', until: 'product'})).toContain(
      'the layer shared is called 2 times with the same weights, so it cannot learn here. Expected a layer above it as model.backbone.from, or frozen: true.',
    );
    const names = rowsOf(on({network, from: 'around', until: 'side_by_side'})).map(
      ({name}) => name,
    );
    expect(names).toContain('backbone_shared_1');
  });

  it('refuses arithmetic with what is no number, and a number less an image', () => {
    const constant = {args: ['x', {class_name: '__numpy__', config: {value: [1, 2, 3]}}]};
    const call = ({args}: {args: unknown[]}): object => ({
      args: args.map(value =>
        value === 'x'
          ? {class_name: '__keras_tensor__', config: {keras_history: ['in', 0, 0]}}
          : value,
      ),
      kwargs: {},
    });
    const sum = (class_name: string, args: unknown[]): string =>
      functionalOf(
        [
          named('in', [], input),
          {...layer(class_name), name: 'sum', inbound_nodes: [call({args})]},
        ],
        'sum',
      );
    expect(messageFor({network: sum('Add', constant.args)})).toContain(
      'the layer sum takes a value that no layer computes',
    );
    expect(messageFor({network: sum('Subtract', [1, 'x'])})).toContain(
      'the layer sum is of the class Subtract',
    );
    expect(rowsOf(on({network: sum('Add', [1, 'x'])}))[1]!.name).toBe('backbone_scaling');
  });

  it('takes the input of images where there are others, as far as they do not matter', () => {
    const age = {class_name: 'InputLayer', config: {name: 'age', batch_input_shape: [null, 3]}};
    const image = (name: string): Layer => ({
      ...input,
      config: {...input.config, name},
    });
    const both = (first: object): string =>
      functionalOf(
        [
          named('in', [], input),
          first,
          named('relu', ['in'], layer('ReLU')),
          named('mean', ['relu'], layer('GlobalAveragePooling2D')),
          named('joined', ['mean', 'other'], layer('Add')),
        ],
        'joined',
      );
    const network = both(named('other', [], {...age, config: {...age.config, name: 'other'}}));
    expect(rowsOf(on({network}))[1]!.name).toBe('backbone_relu');
    expect(messageFor({network, until: 'joined'})).toContain('the layer other is another input');
    const images = both(named('other', [], image('other')));
    expect(messageFor({network: images})).toContain(
      'the model has 2 inputs, of which 2 take images: in, other. Expected one that takes images.',
    );
    expect(rowsOf(on({network: images, until: 'relu'}))[1]!.name).toBe('backbone_relu');
  });

  it('looks for ~ in the home folder', () => {
    vi.spyOn(os, 'homedir').mockReturnValue(fixtures);
    const {network} = on({network: '~/functional.keras'}).model.backbone!;
    expect(network).toBe('~/functional.keras');
    expect(messageFor({network: '~/none.keras'})).toContain(
      `${fixtures}/none.keras: there is no such file`,
    );
  });
});
