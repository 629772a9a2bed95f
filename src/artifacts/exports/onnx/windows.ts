import type {Sides} from '../../../tensorflow/graph/ops/operation.js';

type Window = {
  /** Of the kernel or the pool, [height, width]. */
  readonly size: Sides;
  readonly stride: Sides;
  readonly dilation?: Sides;
  readonly padding: 'valid' | 'same';
};

/**
 * Attributes of an operation that slides a window. TensorFlow's SAME depends on the input's size,
 * and puts an odd row below and an odd column to the right.
 *
 * @param input [height, width] of the images.
 */
export function windowAttributes(
  {size, stride, dilation = [1, 1], padding}: Window,
  input: Sides,
): Record<'kernel_shape' | 'strides' | 'pads', readonly number[]> {
  const missing = ([0, 1] as const).map(axis => {
    if (padding === 'valid') return 0;
    const extent = (size[axis] - 1) * dilation[axis] + 1;
    const last = (Math.ceil(input[axis] / stride[axis]) - 1) * stride[axis];
    return Math.max(last + extent - input[axis], 0);
  });
  const before = missing.map(count => Math.floor(count / 2));
  const after = missing.map(count => Math.ceil(count / 2));
  return {kernel_shape: size, strides: stride, pads: [...before, ...after]};
}
