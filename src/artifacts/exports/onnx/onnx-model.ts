import {IMAGES} from '../../../tensorflow/graph/inference.js';
import type {Network} from '../../../tensorflow/network.js';
import {UserError} from '../../../util/user-error.js';
import type {Shape} from '../../../model/layers/layer-kind.js';
import {OnnxGraph, type Tensor} from './graph.js';
import {addLayer, constant} from './layers.js';

const PIXEL_MAX = 255;

/**
 * Returns the bytes of a `.onnx` file with the signature of the SavedModel: input `images` (uint8 [batch,
 * height, width, 3]; the graph scales them), output for each head, under its name, the probabilities of
 * its classes, float32 [batch, classes], or that of 1 from a sigmoid, [batch, 1].
 *
 * @throws UserError where a head has the name of the input.
 */
export function onnxFile(network: Network): Uint8Array {
  const {name, inputName, inputShape, trunk, outputs: heads} = network;
  if (heads.some(head => head.name === IMAGES)) {
    throw new UserError(`${name}: the head ${IMAGES} has the name of the input of an ONNX model.`, {
      hint: 'Use --format savedmodel.',
    });
  }
  const graph = new OnnxGraph();
  // TensorProto.DataType.FLOAT
  const numbers = graph.node('Cast', [IMAGES], {to: 1});
  const scaled = graph.node('Mul', [numbers, graph.scalar(1 / PIXEL_MAX)]);
  const images = graph.node('Transpose', [scaled], {perm: [0, 3, 1, 2]});
  const values = new Map([[inputName, {value: images, shape: inputShape}]]);
  for (const layer of trunk) {
    const sources = layer.inputs.map(input => values.get(input) as {value: Tensor; shape: Shape});
    const value = addLayer(
      graph,
      layer,
      sources.map(source => source.value),
      sources.map(source => source.shape),
    );
    values.set(layer.name, {value, shape: layer.outputShape});
  }
  for (const {name: head, input: above, columns, kernel, bias} of heads) {
    const {value} = values.get(above) as {value: Tensor};
    const logits = graph.node('Gemm', [value, constant(graph, kernel), constant(graph, bias)]);
    if (columns[0] === 1) graph.node('Sigmoid', [logits], {}, head);
    else graph.node('Softmax', [logits], {axis: -1}, head);
  }
  const input = {
    name: IMAGES,
    type: 'uint8',
    shape: inputShape,
    description: 'RGB, 0 to 255; the graph scales them',
  } as const;
  const outputs = heads.map(head => ({
    name: head.name,
    type: 'float32' as const,
    shape: [...head.columns],
    description:
      head.columns[0] === 1 ? 'probability of 1' : 'probabilities of the classes, in their order',
  }));
  return graph.file(name, [input], outputs);
}
