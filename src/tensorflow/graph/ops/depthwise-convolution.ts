import type {Shape} from '../../../model/layers/layer-kind.js';
import type {Windows} from '../../../model/layers/windows.js';
import type {GraphBuilder, Value} from '../builder.js';
import type {Operation} from './operation.js';

/**
 * y = x * k, each channel by itself (Chollet 2017). By x and by k: TensorFlow's own kernels.
 *
 * @param kernelShape [height, width, channels, multiplier]
 */
export function depthwiseConvolution(
  build: GraphBuilder,
  input: Value,
  kernel: Value,
  kernelShape: Shape,
  {stride, padding}: Windows,
): Operation {
  const attributes = {
    strides: {ints: [1, ...stride, 1]},
    padding: {text: padding.toUpperCase()},
    data_format: {text: 'NHWC'},
  };
  return {
    result: build.float('DepthwiseConv2dNative', [input, kernel], attributes),
    backward: (gradient, needsInput) => {
      const byKernel = [input, build.constant(kernelShape, 'int32'), gradient];
      const weights = [build.float('DepthwiseConv2dNativeBackpropFilter', byKernel, attributes)];
      if (!needsInput) return {input: undefined, weights};
      const byInput = [build.shapeOf(input), kernel, gradient];
      return {
        input: build.float('DepthwiseConv2dNativeBackpropInput', byInput, attributes),
        weights,
      };
    },
  };
}
