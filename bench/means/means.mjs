/**
 * The usual means of this field, each as one change to the tutorial's two-output experiment. Both benches
 * of this folder read it: what each costs, and what each brings.
 */
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {parse} from 'yaml';

const shipped = name =>
  parse(
    readFileSync(fileURLToPath(new URL(`../../experiments/${name}.yaml`, import.meta.url)), 'utf8'),
  );
const tutorial = shipped('multi-output');

const conv = (filters, options) => ({conv2d: {filters, kernel: 3, activation: 'relu', ...options}});
const relu = {activation: {function: 'relu'}};
const FILTERS = [32, 64, 64];

/** The tutorial's layers with another stage of filters before each pooling. */
const stages = stage => [
  ...FILTERS.flatMap((filters, index) => [...stage(filters, index), {maxPooling2d: {size: 2}}]),
  {flatten: {}},
  {dense: {units: 64, activation: 'relu'}},
];
/** Another stage in place of every convolution but the first, which sees the pixels. */
const laterStages = stage =>
  stages((filters, index) => (index === 0 ? [conv(filters)] : stage(filters)));
const normalised = layer => stages(filters => [conv(filters, {activation: 'linear'}), layer, relu]);

const all = {
  flip: true,
  ...{shift: 0.06, zoom: 0.1, rotation: 0.02},
  ...{brightness: 0.1, contrast: 0.2, saturation: 0.2, cutout: 0.3},
};
const {flip, shift, zoom, rotation, brightness, contrast, saturation, cutout} = all;
const augment = (name, augmentation, only) => ({
  name,
  ...{only, group: 'augmentation', training: {augment: augmentation}},
});
const layers = (name, list, only) => ({name, only, group: 'layers', layers: list});
const training = (name, keys, only) => ({name, only, group: 'training', training: keys});

/** A pooling of a frozen face network below the heads. */
const withBackbone = {
  ...tutorial,
  data: {...tutorial.data, image: {size: [150, 150]}},
  model: {
    kind: 'multi-output',
    backbone: {network: 'face-recognition', until: 'conv128', frozen: true},
    layers: [{averagePooling2d: {size: 2}}, {flatten: {}}],
  },
  training: {...tutorial.training, epochs: 30, optimizer: {adam: {learningRate: 0.0003}}},
};

/** @typedef {'throughput' | 'accuracy'} Bench The only bench that measures something; undefined: both. */
export const means = [
  augment('flip', {flip}),
  augment('shift', {shift}, 'throughput'),
  augment('zoom', {zoom}, 'throughput'),
  augment('rotation', {rotation}, 'throughput'),
  augment('shift, zoom and rotation', {shift, zoom, rotation}, 'accuracy'),
  augment('brightness', {brightness}, 'throughput'),
  augment('contrast', {contrast}, 'throughput'),
  augment('saturation', {saturation}, 'throughput'),
  augment('brightness, contrast and saturation', {brightness, contrast, saturation}, 'accuracy'),
  augment('cutout', {cutout}),
  augment('mixup', {mixup: 0.2}),
  augment('all augmentations', all),
  layers(
    'residual blocks',
    laterStages(filters => [
      {
        residual: {
          layers: [
            conv(filters, {padding: 'same'}),
            conv(filters, {padding: 'same', activation: 'linear'}),
          ],
        },
      },
      relu,
    ]),
  ),
  layers(
    'separable convolution',
    laterStages(filters => [{separableConv2d: {filters, kernel: 3, activation: 'relu'}}]),
  ),
  layers(
    'depthwise convolution',
    laterStages(filters => [
      {depthwiseConv2d: {kernel: 3, activation: 'relu'}},
      conv(filters, {kernel: 1}),
    ]),
    'throughput',
  ),
  layers(
    'squeeze and excitation',
    stages(filters => [conv(filters), {squeezeExcitation: {ratio: 16}}]),
  ),
  layers('batch normalisation', normalised({batchNormalization: {}})),
  layers('group normalisation', normalised({groupNormalization: {groups: 8}})),
  layers('layer normalisation', normalised({layerNormalization: {}})),
  layers(
    'spatial dropout',
    stages(filters => [conv(filters), {spatialDropout2d: {rate: 0.1}}]),
  ),
  training('class weights', {loss: {classWeights: [1, 3]}}, 'throughput'),
  training('label smoothing', {loss: {labelSmoothing: 0.1}}),
  training('focal loss', {loss: {focalGamma: 2}}),
  {name: 'sigmoid output', group: 'training', model: {output: 'sigmoid'}},
  training('AdamW', {optimizer: {adam: {learningRate: 0.001, weightDecay: 0.01}}}),
  training('gradient clipping', {clipNorm: 1}),
  training('cosine schedule', {schedule: {kind: 'cosine'}}),
  training('one-cycle schedule', {schedule: {kind: 'one-cycle'}}),
  training('average of the weights', {ema: {decay: 0.99}}),
  training('gradient accumulation', {accumulate: 2}),
  {
    name: 'frozen backbone, its output kept',
    ...{only: 'throughput', group: 'backbone', keepsFeatures: true, experiment: withBackbone},
  },
  {
    name: 'frozen backbone, computed at each step',
    ...{only: 'throughput', group: 'backbone', experiment: withBackbone},
  },
  {name: 'frozen backbone', only: 'accuracy', experiment: withBackbone},
  {name: 'residual', only: 'accuracy', experiment: shipped('residual')},
];

/** What each means is compared with: the tutorial's network as it is. */
export const tutorialAlone = {name: 'tutorial'};

/** The means that a bench measures, of one group or all. @param {Bench} bench */
export function meansOf(bench, group) {
  return means.filter(
    entry => (entry.only ?? bench) === bench && (group === undefined || entry.group === group),
  );
}

/** The tutorial's experiment with a means. */
export function experimentWith({name, layers: list, model, training: keys, experiment = tutorial}) {
  return {
    ...experiment,
    name: name.replaceAll(/[ ,]+/g, '-'),
    description: '',
    model: {...experiment.model, layers: list ?? experiment.model.layers, ...model},
    training: {...experiment.training, ...keys},
  };
}
