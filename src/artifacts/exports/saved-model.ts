import {GraphBuilder, type SignatureTensor} from '../../tensorflow/graph/builder.js';
import {IMAGES, inferenceGraph} from '../../tensorflow/graph/inference.js';
import type {Network} from '../../tensorflow/network.js';

/**
 * The bytes of a `saved_model.pb` that needs no other file: weights are constants, the signature
 * `serving_default` takes `images` (uint8 [batch, height, width, 3]; scaling is inside) and gives
 * for each head, under its name, the probabilities of 0 and of 1: float32 [batch, 2].
 */
export function savedModelFile(network: Network): Uint8Array {
  const build = new GraphBuilder();
  const {images, outputs} = inferenceGraph(build, network, weight => build.frozen(weight));
  const named = outputs.map(({head, value}): [string, SignatureTensor] => [
    head,
    {value, dtype: 'float32', shape: [-1, 2]},
  ]);
  return build.savedModel({
    inputs: {[IMAGES]: {value: images, dtype: 'uint8', shape: [-1, ...network.inputShape]}},
    outputs: Object.fromEntries(named),
  });
}
