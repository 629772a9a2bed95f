import type {Shape} from '../../model/layers/layer-kind.js';
import type {Network, NetworkLayer} from '../network.js';
import {applyLayer, applyPooled} from './apply-layer.js';
import type {GraphBuilder, Value} from './builder.js';
import type {Operation} from './ops/operation.js';
import {receptiveField} from './receptive-field.js';

/** The purpose of a pass through the trunk, and the source of its weights. */
type TrunkPass<Layer extends NetworkLayer> = {
  readonly build: GraphBuilder;
  readonly training: boolean;
  readonly seed: number;
  /** Scalar int32: steps taken; only training with dropout reads it. */
  readonly step: Value;
  readonly weightsOf: (layer: Layer) => readonly Value[];
  /** Receives the new value of a moving average: its layer and its place among the weights. */
  readonly onAverage: (layer: Layer, place: number, batchValue: Value, momentum: number) => void;
};

type Trunk<Layer> = {
  /** Input of the heads: [batch, ...]. */
  readonly features: Value;
  /** In order; the operation of a convolution may include the pooling below it. */
  readonly operations: readonly {readonly layer: Layer; readonly operation: Operation}[];
};

/**
 * Writes the layers before the heads, and the scaling of the images.
 *
 * @param images uint8 [batch, ...inputShape]
 */
export function forwardTrunk<Weight extends NetworkLayer['weights'][number]>(
  pass: TrunkPass<NetworkLayer<Weight>>,
  images: Value,
  {inputShape, trunk}: Network<Weight>,
): Trunk<NetworkLayer<Weight>> {
  const field = receptiveField(inputShape, trunk);
  const operations: {layer: NetworkLayer<Weight>; operation: Operation}[] = [];
  let shape = field.input;
  let value = scaledPixels(pass.build, images, shape);
  for (let index = 0; index < trunk.length; index++) {
    const layer = trunk[index] as NetworkLayer<Weight>;
    const context = {
      ...pass,
      name: layer.name,
      input: value,
      inputShape: shape,
      weights: pass.weightsOf(layer),
      onAverage: (place: number, batchValue: Value, momentum: number) =>
        pass.onAverage(layer, place, batchValue, momentum),
    };
    const outputShape = field.outputs[index] as Shape;
    const pooled = applyPooled(layer.definition, trunk[index + 1]?.definition, {
      ...context,
      outputShape,
    });
    if (pooled !== undefined) index += 1;
    const operation = pooled ?? applyLayer(layer.definition, {...context, outputShape});
    operations.push({layer, operation});
    [value, shape] = [operation.result, field.outputs[index] as Shape];
  }
  return {features: value, operations};
}

const PIXEL_MAX = 255;

/**
 * Scales the bytes of images to 0..1, and crops the images to the upper left part that is used.
 *
 * @param images uint8 [batch, height, width, channels]
 * @param area   [height, width, channels], at most those of the images.
 * @returns      float32 [batch, ...area]
 */
function scaledPixels(build: GraphBuilder, images: Value, area: Shape): Value {
  const begin = build.constant([0, 0, 0, 0], 'int32');
  const size = build.constant([-1, ...area], 'int32');
  const seen = build.node('Slice', [images, begin, size], {
    T: {type: 'uint8'},
    Index: {type: 'int32'},
  });
  return build.float('Mul', [build.cast(seen, 'uint8', 'float32'), build.constant(1 / PIXEL_MAX)]);
}
