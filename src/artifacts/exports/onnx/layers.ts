import type {Activation, Shape} from '../../../model/layers/layer-kind.js';
import {croppedSides} from '../../../model/layers/cropping2d.js';
import {depthwiseWindows} from '../../../model/layers/depthwise-conv2d.js';
import type {LayerDefinition, LayerKind, LayerOptions} from '../../../model/layers/layers.js';
import {hasFactors} from '../../../model/layers/merge.js';
import {poolingWindows} from '../../../model/layers/pooling2d.js';
import {paddedSides} from '../../../model/layers/zero-padding2d.js';
import {bothSides, type Windows} from '../../../model/layers/windows.js';
import {convolutionWindows} from '../../../model/layers/conv2d.js';
import type {NamedTensor, NetworkLayer} from '../../../tensorflow/network.js';
import type {OnnxGraph, Tensor} from './graph.js';

type LayerContext = {
  readonly graph: OnnxGraph;
  /** The first of the inputs; there are more only where branches meet. */
  readonly input: Tensor;
  readonly inputs: readonly Tensor[];
  /** As the network has them, without the batch: [height, width, channels] or [units]. */
  readonly inputShapes: readonly Shape[];
  /** The first of them. */
  readonly inputShape: Shape;
  readonly weights: readonly NamedTensor[];
};

/** Writes each kind of layer. */
const operations: {
  readonly [K in LayerKind]: (options: LayerOptions[K], context: LayerContext) => Tensor;
} = {
  conv2d: (options, {graph, input, inputShape, weights}) => {
    const [first, ...rest] = weights as [NamedTensor];
    const product = graph.node('Conv', [input, kernel(graph, first), ...biases(graph, rest)], {
      ...windowAttributes(convolutionWindows(options), inputShape),
      kernel_shape: bothSides(options.kernel),
      dilations: bothSides(options.dilation),
    });
    return activations[options.activation](graph, product);
  },
  depthwiseConv2d: (options, {graph, input, inputShape, weights}) => {
    const [first, ...rest] = weights as [NamedTensor];
    const inputs = [input, depthwiseKernel(graph, first), ...biases(graph, rest)];
    const product = graph.node('Conv', inputs, depthwiseAttributes(options, inputShape));
    return activations[options.activation](graph, product);
  },
  separableConv2d: (options, {graph, input, inputShape, weights}) => {
    const [first, second, ...rest] = weights as [NamedTensor, NamedTensor];
    const attributes = depthwiseAttributes(options, inputShape);
    const depthwise = graph.node('Conv', [input, depthwiseKernel(graph, first)], attributes);
    const inputs = [depthwise, kernel(graph, second), ...biases(graph, rest)];
    return activations[options.activation](graph, graph.node('Conv', inputs));
  },
  maxPooling2d: (options, {graph, input, inputShape}) =>
    graph.node('MaxPool', [input], windowAttributes(poolingWindows(options), inputShape)),
  averagePooling2d: (options, {graph, input, inputShape}) =>
    graph.node('AveragePool', [input], {
      ...windowAttributes(poolingWindows(options), inputShape),
      count_include_pad: 0,
    }),
  globalAveragePooling2d: (_options, {graph, input}) =>
    graph.node('Flatten', [graph.node('GlobalAveragePool', [input])], {axis: 1}),
  flatten: (_options, {graph, input}) => {
    // The weights of the dense layer below expect the channels innermost.
    const rows = graph.node('Transpose', [input], {perm: [0, 2, 3, 1]});
    return graph.node('Flatten', [rows], {axis: 1});
  },
  dense: ({useBias, activation}, {graph, input, weights}) => {
    const [first, ...rest] = weights as [NamedTensor];
    const inputs = [input, constant(graph, first), ...biases(graph, rest)];
    return activations[activation](graph, graph.node(useBias ? 'Gemm' : 'MatMul', inputs));
  },
  dropout: (_options, {input}) => input,
  batchNormalization: ({epsilon}, {graph, input, weights}) => {
    const inputs = [input, ...weights.map(weight => constant(graph, weight))];
    return graph.node('BatchNormalization', inputs, {epsilon: {float: epsilon}});
  },
  activation: (options, {graph, input}) => activations[options.function](graph, input),
  layerNormalization: ({epsilon}, {graph, input, inputShape, weights}) => {
    const mean = (value: Tensor): Tensor => graph.node('ReduceMean', [value], {axes: [1]});
    const centred = graph.node('Sub', [input, mean(input)]);
    const variance = mean(graph.node('Mul', [centred, centred]));
    const shifted = graph.node('Add', [variance, graph.scalar(epsilon)]);
    const normal = graph.node('Div', [centred, graph.node('Sqrt', [shifted])]);
    return scaledAndShifted(graph, normal, weights, inputShape);
  },
  groupNormalization: ({groups, epsilon}, {graph, input, inputShape, weights}) => {
    // A group is a channel of an image with a single row.
    const rows = graph.node('Reshape', [input, graph.integers([0, groups, -1])]);
    const [ones, zeros] = [1, 0].map(value =>
      graph.constant(new Float32Array(groups).fill(value), [groups]),
    ) as [Tensor, Tensor];
    const normal = graph.node('InstanceNormalization', [rows, ones, zeros], {
      epsilon: {float: epsilon},
    });
    const [height = 1, width = 1, channels = 1] = inputShape;
    const shape = graph.integers([0, channels, height, width]);
    return scaledAndShifted(graph, graph.node('Reshape', [normal, shape]), weights, inputShape);
  },
  spatialDropout2d: (_options, {input}) => input,
  zeroPadding2d: (options, {graph, input}) => {
    const [[top, bottom], [left, right]] = paddedSides(options);
    const pads = graph.integers([0, 0, top, left, 0, 0, bottom, right]);
    return graph.node('Pad', [input, pads]);
  },
  add: (_options, {graph, inputs}) =>
    inputs.reduce((sum, input) => graph.node('Add', [sum, input])),
  concatenate: (_options, {graph, inputs}) => graph.node('Concat', inputs, {axis: 1}),
  rescaling: ({scale, offset}, {graph, input}) => {
    const product = graph.node('Mul', [input, graph.scalar(scale)]);
    return graph.node('Add', [product, graph.scalar(offset)]);
  },
  cropping2D: (options, {graph, input, inputShape}) => {
    const sides = croppedSides(options);
    const starts = sides.map(([before]) => before);
    const ends = sides.map(([, after], axis) => (inputShape[axis] ?? 0) - after);
    const range = [starts, ends, [2, 3]].map(numbers => graph.integers(numbers));
    return graph.node('Slice', [input, ...range]);
  },
  multiply: (_options, {graph, inputs, inputShapes, inputShape}) => {
    if (!hasFactors(inputShapes))
      return inputs.reduce((product, input) => graph.node('Mul', [product, input]));
    const [image, factors] = inputs as [Tensor, Tensor];
    const sides = graph.integers([0, inputShape[2] ?? 1, 1, 1]);
    return graph.node('Mul', [image, graph.node('Reshape', [factors, sides])]);
  },
};

/**
 * Adds a layer. Images are [batch, channels, height, width] inside the graph, as ONNX has them.
 *
 * @param inputShapes As the network has them, without the batch: [height, width, channels] or [units].
 */
export function addLayer(
  graph: OnnxGraph,
  {definition, weights}: NetworkLayer<NamedTensor>,
  inputs: readonly Tensor[],
  inputShapes: readonly Shape[],
): Tensor {
  const [input] = inputs as [Tensor];
  const [inputShape = []] = inputShapes;
  return addDefinition(definition, {graph, input, inputs, inputShapes, inputShape, weights});
}

function addDefinition<K extends LayerKind>(
  {kind, options}: LayerDefinition<K>,
  context: LayerContext,
): Tensor {
  return operations[kind](options, context);
}

/** @param weights Those after the kernels: a bias, or nothing. */
function biases(graph: OnnxGraph, weights: readonly NamedTensor[]): Tensor[] {
  return weights.map(bias => constant(graph, bias));
}

/** Multiplies and adds a number for each channel, which ONNX has before the rows and columns. */
function scaledAndShifted(
  graph: OnnxGraph,
  value: Tensor,
  weights: readonly NamedTensor[],
  shape: Shape,
): Tensor {
  const [scale, shift] = weights.map(({values}) =>
    graph.constant(values, [values.length, ...shape.slice(1).map(() => 1)]),
  ) as [Tensor, Tensor];
  return graph.node('Add', [graph.node('Mul', [value, scale]), shift]);
}

export function constant(graph: OnnxGraph, {values, shape}: NamedTensor): Tensor {
  return graph.constant(values, shape);
}

/** Turns a kernel [height, width, inputs, outputs] into [outputs, inputs, height, width]. */
function kernel(graph: OnnxGraph, {values, shape}: NamedTensor): Tensor {
  const [height = 1, width = 1, inputs = 1, outputs = 1] = shape;
  const area = height * width;
  const transposed = Float32Array.from(values, (_, at) => {
    const place = at % area;
    const channel = Math.floor(at / area) % inputs;
    const output = Math.floor(at / (area * inputs));
    return values[(place * inputs + channel) * outputs + output] as number;
  });
  return graph.constant(transposed, [outputs, inputs, height, width]);
}

/** Turns a kernel [height, width, channels, multiplier] into [channels * multiplier, 1, height, width]. */
function depthwiseKernel(graph: OnnxGraph, {name, values, shape}: NamedTensor): Tensor {
  const [height = 1, width = 1, channels = 1, multiplier = 1] = shape;
  return kernel(graph, {name, values, shape: [height, width, 1, channels * multiplier]});
}

function depthwiseAttributes(options: Parameters<typeof depthwiseWindows>[0], inputShape: Shape) {
  return {
    ...windowAttributes(depthwiseWindows(options), inputShape),
    group: inputShape[2] ?? 1,
  };
}

/**
 * Returns the attributes of an operation with windows. TensorFlow's SAME padding depends on the size of
 * the input; an odd row is below, an odd column to the right.
 *
 * @param input [height, width] of the images.
 */
function windowAttributes(
  {window, stride, padding}: Windows,
  input: Shape,
): Record<'kernel_shape' | 'strides' | 'pads', readonly number[]> {
  const missing = ([0, 1] as const).map(axis => {
    if (padding === 'valid') return 0;
    const size = input[axis] as number;
    const last = (Math.ceil(size / stride[axis]) - 1) * stride[axis];
    return Math.max(last + window[axis] - size, 0);
  });
  const before = missing.map(count => Math.floor(count / 2));
  const after = missing.map(count => Math.ceil(count / 2));
  return {kernel_shape: window, strides: stride, pads: [...before, ...after]};
}

type Apply = (graph: OnnxGraph, input: Tensor) => Tensor;

const operation =
  (opType: string, attributes: Readonly<Record<string, {readonly float: number}>> = {}): Apply =>
  (graph, input) =>
    graph.node(opType, [input], attributes);

/** x Φ(x), exact; ONNX has such an operation only since set 20. */
const gelu: Apply = (graph, input) => {
  const erf = graph.node('Erf', [graph.node('Mul', [input, graph.scalar(Math.SQRT1_2)])]);
  const cdf = graph.node('Mul', [graph.node('Add', [erf, graph.scalar(1)]), graph.scalar(0.5)]);
  return graph.node('Mul', [input, cdf]);
};

const activations: Readonly<Record<Activation, Apply>> = {
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
  hardSwish: operation('HardSwish'),
  gelu,
};
