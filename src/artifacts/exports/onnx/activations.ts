import {UnknownLayer} from '../../../tensorflow/graph/layer-options.js';
import type {OnnxGraph, Tensor} from './graph.js';

type Activation = (graph: OnnxGraph, input: Tensor) => Tensor;

const operation =
  (
    opType: string,
    attributes: Readonly<Record<string, {readonly float: number}>> = {},
  ): Activation =>
  (graph, input) =>
    graph.node(opType, [input], attributes);

/** x Φ(x), exact; ONNX has an operation of this name only since its set 20. */
const gelu: Activation = (graph, input) => {
  const erf = graph.node('Erf', [graph.node('Mul', [input, graph.scalar(Math.SQRT1_2)])]);
  const share = graph.node('Mul', [graph.node('Add', [erf, graph.scalar(1)]), graph.scalar(0.5)]);
  return graph.node('Mul', [input, share]);
};

const activations: Readonly<Record<string, Activation>> = {
  linear: (_graph, input) => input,
  relu: operation('Relu'),
  relu6: (graph, input) => graph.node('Clip', [input, graph.scalar(0), graph.scalar(6)]),
  elu: operation('Elu'),
  selu: operation('Selu'),
  sigmoid: operation('Sigmoid'),
  tanh: operation('Tanh'),
  softplus: operation('Softplus'),
  softsign: operation('Softsign'),
  hardSigmoid: operation('HardSigmoid', {alpha: {float: 0.2}, beta: {float: 0.5}}),
  swish: (graph, input) => graph.node('Mul', [input, graph.node('Sigmoid', [input])]),
  gelu,
};

/** Applies an activation by tfjs's name. @throws UnknownLayer where there is none of the name. */
export function activate(graph: OnnxGraph, input: Tensor, name: string): Tensor {
  const apply = activations[name];
  if (apply === undefined) throw new UnknownLayer(`The activation ${name} has no form in ONNX`);
  return apply(graph, input);
}
