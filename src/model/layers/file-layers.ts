import type {FileLayer} from './keras-graph.js';
import type {Shape} from './layer-kind.js';
import {layerFromKeras, layerKinds, type LayerDefinition} from './layers.js';

/** Layers that change nothing once a model is trained. */
const withoutEffect = /^(Random\w+|Gaussian(Noise|Dropout)|ActivityRegularization|Identity)$/;

/** The classes of layers that a backbone may have. */
export function knownClasses(): string {
  const names = Object.values(layerKinds).map(({className}) => className);
  return [...names, 'ReLU', 'and, on the images, Rescaling and Normalization'].join(', ');
}

/** Whether a layer changes nothing once its model is trained. */
export function isWithoutEffect({className}: FileLayer): boolean {
  return withoutEffect.test(className);
}

/** Returns the layer as an experiment has it, or a text that says why none can. */
export function definitionOf(
  {className, config, isKeras3}: FileLayer,
  input: Shape,
): LayerDefinition | string {
  if (config['activation'] === 'hard_sigmoid' && isKeras3)
    return 'has activation: hard_sigmoid of Keras 3, which is another function here';
  const activation = config['activation'] === 'silu' ? {activation: 'swish'} : {};
  const [axis = -1] = [config['axis']].flat();
  if (axis !== -1 && axis !== input.length) return `has axis: ${JSON.stringify(config['axis'])}`;
  const channels = Object.hasOwn(config, 'axis') ? {axis: -1} : {};
  switch (className) {
    case 'ReLU':
      return rectifier(config);
    case 'BatchNormalization':
      // A scale or shift that a model lacks is ones or zeros here.
      return layerFromKeras(className, {...config, ...channels, center: true, scale: true});
    default:
      return layerFromKeras(className, {...config, ...channels, ...activation});
  }
}

function rectifier(config: FileLayer['config']): LayerDefinition | string {
  const most = config['max_value'] ?? config['maxValue'] ?? null;
  const slopes = [config['negative_slope'] ?? 0, config['threshold'] ?? 0];
  if (slopes.flat().some(value => value !== 0) || (most !== null && most !== 6))
    return 'is a ReLU with a slope, a threshold or a maximum that is not 6';
  return {kind: 'activation', options: {function: most === 6 ? 'relu6' : 'relu'}};
}
