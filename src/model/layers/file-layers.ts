import type {FileLayer} from './keras-graph.js';
import {sizeOf, type Shape} from './layer-kind.js';
import {layerFromKeras, layerKinds, type LayerDefinition} from './layers.js';
import {bothSides} from './windows.js';

/**
 * The output of a layer of a file. A row that the file has as an image of one pixel, as squeeze and excitation
 * does, is a row here, and its 1x1 convolutions are dense layers.
 */
export type FileValue = {readonly shape: Shape; readonly isPixel: boolean};

/** A layer as an experiment has it; without a definition its output is its input. */
type ConvertedLayer = {
  readonly definition: LayerDefinition | undefined;
  readonly isPixel: boolean;
};

/** Layers that change nothing once a model is trained. */
const withoutEffect = /^(Random\w+|Gaussian(Noise|Dropout)|ActivityRegularization|Identity)$/;

/** The classes of layers that a backbone may have. */
export function knownClasses(): string {
  const names = Object.values(layerKinds).map(({className}) => className);
  return [
    ...names,
    'ReLU, Reshape of a row, Normalization of the images, and arithmetic with a number',
  ].join(', ');
}

type Converter = (config: FileLayer['config'], input: FileValue) => ConvertedLayer | string;

/** Layers that have no counterpart of the same options. */
const converters: Readonly<Record<string, Converter>> = {
  ReLU: (config, {isPixel}) => {
    const definition = rectifier(config);
    return typeof definition === 'string' ? definition : {definition, isPixel};
  },
  Reshape: reshaped,
  Flatten: (_config, {shape}) => asRow(shape),
  GlobalAveragePooling2D: ({keepdims, ...config}, {shape}) => {
    const isPixel = keepdims === true;
    // The mean of one pixel.
    if (shape.length === 1) return {definition: undefined, isPixel};
    const definition = layerFromKeras('GlobalAveragePooling2D', config);
    return typeof definition === 'string' ? definition : {definition, isPixel};
  },
  Dropout: (config, {isPixel}) => {
    // Of whole images at once (Huang et al. 2016), for EfficientNet's first training.
    if ((config['noise_shape'] ?? config['noiseShape'] ?? null) !== null)
      return {definition: undefined, isPixel};
    const definition = layerFromKeras('Dropout', config);
    return typeof definition === 'string' ? definition : {definition, isPixel};
  },
};

/** Converts a layer to one of an experiment. @returns A text that says why none can be it. */
export function converted(layer: FileLayer, input: FileValue): ConvertedLayer | string {
  const {className, config} = layer;
  const {shape, isPixel} = input;
  if (withoutEffect.test(className)) return {definition: undefined, isPixel};
  const convert = Object.hasOwn(converters, className) ? converters[className] : undefined;
  if (convert !== undefined) return convert(config, input);
  const [axis = -1] = [config['axis']].flat();
  if (axis !== -1 && axis !== (isPixel ? 3 : shape.length))
    return `has axis: ${JSON.stringify(config['axis'])}`;
  const definition = definitionOf(layer);
  if (typeof definition === 'string') return definition;
  if (!isPixel || layerKinds[definition.kind].input !== 'image') return {definition, isPixel};
  const dense = ofPixel(definition);
  return dense === undefined
    ? 'takes an image of one pixel, of which only convolutions with a kernel of 1 are known'
    : {definition: dense, isPixel};
}

function definitionOf({className, config, isKeras3}: FileLayer): LayerDefinition | string {
  const {activation} = config;
  if (activation === 'hard_sigmoid' && isKeras3)
    return 'has activation: hard_sigmoid of Keras 3, which is another function here';
  const name = typeof activation === 'string' ? activation.replace('silu', 'swish') : undefined;
  return layerFromKeras(className, {
    ...config,
    ...(Object.hasOwn(config, 'axis') && {axis: -1}),
    // A scale or shift that a model lacks is ones or zeros here.
    ...(className === 'BatchNormalization' && {center: true, scale: true}),
    ...(name !== undefined && {activation: name}),
  });
}

/** A 1x1 convolution of one pixel. */
function ofPixel({kind, options}: LayerDefinition): LayerDefinition | undefined {
  if (kind !== 'conv2d' || bothSides(options.kernel).some(side => side !== 1)) return undefined;
  const {filters: units, activation, useBias, initializer} = options;
  return {kind: 'dense', options: {units, activation, useBias, initializer}};
}

function reshaped(config: FileLayer['config'], {shape}: FileValue): ConvertedLayer | string {
  const target = [config['target_shape'] ?? config['targetShape']].flat().map(Number);
  const product = sizeOf(target.filter(side => side !== -1));
  const sides = target.map(side => (side === -1 ? sizeOf(shape) / product : side));
  if (sides.length === 1) return asRow(shape);
  if (String(sides) === String(shape)) return {definition: undefined, isPixel: false};
  if (shape.length === 1 && String(sides) === String([1, 1, ...shape]))
    return {definition: undefined, isPixel: true};
  return `gives [${shape.join(', ')}] the shape [${target.join(', ')}]`;
}

function asRow(shape: Shape): ConvertedLayer {
  const definition = shape.length === 1 ? undefined : ({kind: 'flatten', options: {}} as const);
  return {definition, isPixel: false};
}

function rectifier(config: FileLayer['config']): LayerDefinition | string {
  const most = config['max_value'] ?? config['maxValue'] ?? null;
  const slopes = [config['negative_slope'] ?? 0, config['threshold'] ?? 0];
  if (slopes.flat().some(value => value !== 0) || (most !== null && most !== 6))
    return 'is a ReLU with a slope, a threshold or a maximum that is not 6';
  return {kind: 'activation', options: {function: most === 6 ? 'relu6' : 'relu'}};
}
