import type {LayerSpec} from '../network.js';
import {applyLayer, applyPooled, isPooled} from './apply-layer.js';
import type {GraphBuilder, Value} from './builder.js';
import type {Operation} from './ops/operation.js';
import {scaledPixels} from './pixels.js';
import {receptiveField, type ShapedLayer} from './receptive-field.js';

/** What a pass through the trunk is for, and where its weights come from. */
type TrunkPass<L extends LayerSpec> = {
  readonly build: GraphBuilder;
  readonly training: boolean;
  readonly seed: number;
  /** Scalar int32: steps taken; only training with dropout reads it. */
  readonly step: Value;
  readonly weightsOf: (layer: L) => readonly Value[];
  /** Told the new value of a moving average: its layer and its place among the weights. */
  readonly onAverage: (layer: L, place: number, batchValue: Value, momentum: number) => void;
};

type Trunk<L extends LayerSpec> = {
  /** What the heads get, [batch, ...]. */
  readonly features: Value;
  /** In order; a pooling is in the operation of the convolution above it. */
  readonly operations: readonly {readonly layer: L; readonly operation: Operation}[];
};

/**
 * Writes what comes before the heads, from bytes on.
 *
 * @param images     uint8 [batch, ...inputShape]
 * @param inputShape [height, width, channels]
 * @param layers     In order, with the shapes that whole images give.
 */
export function forwardTrunk<L extends LayerSpec>(
  pass: TrunkPass<L>,
  images: Value,
  inputShape: readonly number[],
  layers: readonly ShapedLayer<L>[],
): Trunk<L> {
  const visible = receptiveField(inputShape, layers);
  const operations: {layer: L; operation: Operation}[] = [];
  let shape = visible.input;
  let value = scaledPixels(pass.build, images, shape);
  for (let index = 0; index < layers.length; index++) {
    const {spec: layer} = layers[index] as ShapedLayer<L>;
    const below = layers[index + 1]?.spec;
    const pooling = isPooled(layer, below) ? below : undefined;
    if (pooling !== undefined) index += 1;
    const outputShape = visible.outputs[index] as readonly number[];
    const context = {
      ...pass,
      layer,
      input: value,
      inputShape: shape,
      outputShape,
      weights: pass.weightsOf(layer),
      onAverage: (place: number, batchValue: Value, momentum: number) =>
        pass.onAverage(layer, place, batchValue, momentum),
    };
    const operation = pooling === undefined ? applyLayer(context) : applyPooled(context, pooling);
    operations.push({layer, operation});
    [value, shape] = [operation.result, outputShape];
  }
  return {features: value, operations};
}
