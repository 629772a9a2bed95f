import type {LayerDefinition} from '../../experiment/layers.js';
import {UserError} from '../../util/user-error.js';
import {layerSize, type Shape} from '../../model/layer-shapes.js';

/**
 * Output shape of a layer that tfjs has described.
 *
 * @param config With keys as tfjs has them in memory, such as `poolSize`.
 * @throws UserError for a layer that no experiment can have.
 */
export function savedShape(
  type: string,
  config: Readonly<Record<string, unknown>>,
  input: Shape,
  where: string,
): Shape {
  return layerSize(definitionOf(type, config, where), input, where).output;
}

/** As much of the layer's definition as its shape follows from. */
function definitionOf(
  type: string,
  config: Readonly<Record<string, unknown>>,
  where: string,
): LayerDefinition {
  const options = (own: object): never => own as never;
  switch (type) {
    case 'Conv2D':
      return {
        kind: 'conv2d',
        options: options({
          filters: config['filters'],
          kernel: config['kernelSize'],
          stride: config['strides'],
          dilation: config['dilationRate'],
          padding: config['padding'],
        }),
      };
    case 'MaxPooling2D':
    case 'AveragePooling2D':
      return {
        kind: 'maxPooling2d',
        options: options({
          size: config['poolSize'],
          stride: config['strides'],
          padding: config['padding'],
        }),
      };
    case 'GlobalAveragePooling2D':
      return {kind: 'globalAveragePooling2d', options: {}};
    case 'Flatten':
      return {kind: 'flatten', options: {}};
    case 'Dense':
      return {kind: 'dense', options: options({units: config['units']})};
    case 'BatchNormalization':
    case 'Dropout':
    case 'Activation':
      return {kind: 'activation', options: options({})};
    default:
      throw new UserError(`${where}: layers of the class ${type} are not known here.`, {
        hint: 'Use a model that this program has trained.',
      });
  }
}
