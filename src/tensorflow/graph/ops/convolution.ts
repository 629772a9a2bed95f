import type {Conv2dOptions} from '../../../model/layers/conv2d.js';
import type {Padding, Shape, Sides} from '../../../model/layers/layer-kind.js';
import {bothSides} from '../../../model/layers/windows.js';
import type {GraphBuilder, Value} from '../builder.js';
import {chain, weightless, type Operation} from './operation.js';

type Convolution = {
  readonly options: Conv2dOptions;
  /** [height, width, channels] */
  readonly inputShape: Shape;
};

type PlainConvolution = {
  /** [height, width, channels in, channels out] */
  readonly kernelShape: Shape;
  readonly stride: Sides;
  readonly padding: Padding;
};

/** y = x * k. By x: the transposed convolution of the gradient; by k: that of x with the gradient. */
export function convolution(
  build: GraphBuilder,
  input: Value,
  kernel: Value,
  {options, inputShape}: Convolution,
): Operation {
  const {padding, filters} = options;
  const [height, width] = bothSides(options.kernel);
  const [stride, dilation] = [bothSides(options.stride), bothSides(options.dilation)];
  const spec = {kernelShape: [height, width, inputShape[2] ?? 0, filters], stride, padding};
  if (dilation.some(step => step > 1))
    return dilated(build, input, kernel, spec, dilation, inputShape);
  const isPointwise = height === 1 && width === 1;
  if (isPointwise && stride.some(step => step > 1)) {
    // oneDNN's gradient of a strided 1x1 filter writes past its memory (TensorFlow 2.21) and ends the
    // process, where both sides are multiples of the stride, channels and filters are few, and the
    // batch does not divide evenly among the threads. So the convolution has no stride, and takes only
    // the pixels that its windows use. Same padding adds nothing to a 1x1 kernel.
    return chain(subsampling(build, input, stride), value =>
      plain(build, value, kernel, {...spec, stride: [1, 1]}),
    );
  }
  return plain(build, input, kernel, spec);
}

function plain(
  build: GraphBuilder,
  input: Value,
  kernel: Value,
  spec: PlainConvolution,
): Operation {
  const attributes = {
    strides: {ints: [1, ...spec.stride, 1]},
    padding: {text: spec.padding.toUpperCase()},
    data_format: {text: 'NHWC'},
  };
  // A sum over an odd number of channels in bfloat16 has one pair with garbage in it: oneDNN's results
  // are wrong by half then (TensorFlow 2.21).
  const exactIfOdd = (channels: number | undefined, value: Value): Value =>
    channels !== undefined && channels % 2 === 0 ? value : build.keepExact(value);
  const [, , channels, filters] = spec.kernelShape;
  return {
    result: exactIfOdd(channels, build.float('Conv2D', [input, kernel], attributes)),
    backward: (gradient, needsInput) => {
      const kernelShape = build.constant(spec.kernelShape, 'int32');
      const byKernel = [input, kernelShape, gradient];
      const weights = [build.float('Conv2DBackpropFilter', byKernel, attributes)];
      if (!needsInput) return {input: undefined, weights};
      const byInput = [build.shapeOf(input), kernel, gradient];
      const inputGradient = build.float('Conv2DBackpropInput', byInput, attributes);
      return {input: exactIfOdd(filters, inputGradient), weights};
    },
  };
}

/**
 * A dilated convolution as a plain one over interleaved images (space to batch; Chen et al. 2015,
 * "hole" algorithm): TensorFlow has no gradient of a dilated convolution on a CPU.
 */
function dilated(
  build: GraphBuilder,
  input: Value,
  kernel: Value,
  spec: PlainConvolution,
  dilation: Sides,
  inputShape: Shape,
): Operation {
  const {kernelShape, padding} = spec;
  const along = [0, 1].map(axis => {
    const step = dilation[axis] as number;
    const window = ((kernelShape[axis] as number) - 1) * step;
    const before = padding === 'same' ? Math.floor(window / 2) : 0;
    const after = padding === 'same' ? window - before : 0;
    const size = (inputShape[axis] as number) + before + after;
    const fill = (step - (size % step)) % step;
    return {step, pads: [before, after + fill] as const, crops: [0, fill] as const};
  });
  const blocks = along.map(({step}) => step);
  const pads = along.map(axis => axis.pads);
  const crops = along.map(axis => axis.crops);
  return chain(
    rearranging(build, 'SpaceToBatchND', input, blocks, pads),
    value => plain(build, value, kernel, {...spec, padding: 'valid'}),
    value => rearranging(build, 'BatchToSpaceND', value, blocks, crops),
  );
}

type Borders = readonly (readonly [number, number])[];

/** Each of the two operations is the other's gradient. */
const inverse = {SpaceToBatchND: 'BatchToSpaceND', BatchToSpaceND: 'SpaceToBatchND'} as const;

function rearranging(
  build: GraphBuilder,
  op: keyof typeof inverse,
  input: Value,
  blocks: readonly number[],
  borders: Borders,
): Operation {
  return weightless(rearrange(build, op, input, blocks, borders), gradient =>
    rearrange(build, inverse[op], gradient, blocks, borders),
  );
}

function rearrange(
  build: GraphBuilder,
  op: keyof typeof inverse,
  value: Value,
  blocks: readonly number[],
  borders: Borders,
): Value {
  const table = build.reshape(build.constant(borders.flat(), 'int32'), [2, 2], 'int32');
  return build.float(op, [value, build.constant(blocks, 'int32'), table], {
    Tblock_shape: {type: 'int32'},
    [op === 'SpaceToBatchND' ? 'Tpaddings' : 'Tcrops']: {type: 'int32'},
  });
}

/** Attributes of a slice over whole axes; TensorFlow requires all five masks. */
const WHOLE_AXES = {
  Index: {type: 'int32'},
  begin_mask: {int: 0b1111},
  end_mask: {int: 0b1111},
  ellipsis_mask: {int: 0},
  new_axis_mask: {int: 0},
  shrink_axis_mask: {int: 0},
} as const;

/**
 * Keeps the first of every `stride` rows and columns. The gradient flows back to those; all others
 * get zero.
 *
 * @param input [batch, height, width, channels]
 */
function subsampling(build: GraphBuilder, input: Value, stride: Sides): Operation {
  const ends = build.constant([0, 0, 0, 0], 'int32');
  const steps = build.constant([1, ...stride, 1], 'int32');
  return weightless(
    build.float('StridedSlice', [input, ends, ends, steps], WHOLE_AXES),
    gradient => {
      const shape = build.shapeOf(input);
      return build.float('StridedSliceGrad', [shape, ends, ends, steps, gradient], WHOLE_AXES);
    },
  );
}
