import {
  activationName,
  convolutionOf,
  poolingOf,
  UnknownLayer,
} from '../../../tensorflow/graph/layer-options.js';
import type {SavedLayer, SavedWeight} from '../../../tensorflow/saved-network.js';
import {activate} from './activations.js';
import type {OnnxGraph, Tensor} from './graph.js';
import {windowAttributes} from './windows.js';

/**
 * Adds a layer. Images are [batch, channels, height, width] inside the graph, as ONNX has them.
 *
 * @param inputShape As the network has it, without the batch: [height, width, channels] or [units].
 * @throws UnknownLayer for a layer that no experiment can have.
 */
export function addLayer(
  graph: OnnxGraph,
  layer: SavedLayer,
  input: Tensor,
  inputShape: readonly number[],
): Tensor {
  const [height = 1, width = 1] = inputShape;
  const weight = (place: number): SavedWeight => weightOf(layer, place);
  switch (layer.type) {
    case 'Conv2D': {
      const {kernelShape, ...options} = convolutionOf(layer, inputShape);
      const [rows = 1, columns = 1] = kernelShape;
      const window = windowAttributes({...options, size: [rows, columns]}, [height, width]);
      const inputs = [input, kernel(graph, weight(0)), ...biasOf(graph, layer)];
      const result = graph.node('Conv', inputs, {...window, dilations: options.dilation});
      return activationOf(graph, layer, result);
    }
    case 'Dense': {
      const bias = biasOf(graph, layer);
      const inputs = [input, constant(graph, weight(0)), ...bias];
      return activationOf(graph, layer, graph.node(bias.length > 0 ? 'Gemm' : 'MatMul', inputs));
    }
    case 'MaxPooling2D':
      return graph.node('MaxPool', [input], windowAttributes(poolingOf(layer), [height, width]));
    case 'AveragePooling2D':
      return graph.node('AveragePool', [input], {
        ...windowAttributes(poolingOf(layer), [height, width]),
        count_include_pad: 0,
      });
    case 'GlobalAveragePooling2D':
      return graph.node('Flatten', [graph.node('GlobalAveragePool', [input])], {axis: 1});
    case 'Flatten': {
      // The dense layer below was trained on rows with the channels innermost.
      const rows = graph.node('Transpose', [input], {perm: [0, 2, 3, 1]});
      return graph.node('Flatten', [rows], {axis: 1});
    }
    case 'BatchNormalization': {
      const inputs = [0, 1, 2, 3].map(place => constant(graph, weight(place)));
      const epsilon = {float: Number(layer.config['epsilon'])};
      return graph.node('BatchNormalization', [input, ...inputs], {epsilon});
    }
    case 'Activation':
      return activationOf(graph, layer, input);
    case 'Dropout':
      return input;
    default:
      throw new UnknownLayer(`${layer.name} is a ${layer.type}`);
  }
}

export function constant(graph: OnnxGraph, {values, shape}: SavedWeight): Tensor {
  return graph.constant(values, shape);
}

/** A convolution's weights: from [height, width, inputs, outputs] to [outputs, inputs, height, width]. */
function kernel(graph: OnnxGraph, {values, shape}: SavedWeight): Tensor {
  const [height = 1, width = 1, inputs = 1, outputs = 1] = shape;
  const area = height * width;
  const turned = Float32Array.from(values, (_, at) => {
    const place = at % area;
    const channel = Math.floor(at / area) % inputs;
    const output = Math.floor(at / (area * inputs));
    return values[(place * inputs + channel) * outputs + output] as number;
  });
  return graph.constant(turned, [outputs, inputs, height, width]);
}

function biasOf(graph: OnnxGraph, layer: SavedLayer): Tensor[] {
  return layer.config['useBias'] === true ? [constant(graph, weightOf(layer, 1))] : [];
}

function activationOf(graph: OnnxGraph, {config}: SavedLayer, input: Tensor): Tensor {
  return activate(graph, input, activationName(config['activation']));
}

function weightOf({name, weights}: SavedLayer, place: number): SavedWeight {
  const weight = weights[place];
  if (weight === undefined) throw new UnknownLayer(`${name} has ${weights.length} weights`);
  return weight;
}
