import {savedModelIn} from '../../tensorflow/graph/bfloat16.js';
import {GraphBuilder} from '../../tensorflow/graph/builder.js';
import {inferenceGraph, IMAGES} from '../../tensorflow/graph/inference.js';
import {GraphSession, type Feed, type NativeBinding} from '../../tensorflow/graph/session.js';
import type {Network, OutputPlan} from '../../tensorflow/network.js';
import {registerLayers} from '../../tensorflow/custom-layers.js';
import {Variables} from '../../tensorflow/graph/variables.js';
import type {Precision} from '../../tensorflow/training-step.js';
import type {Backend} from '../../tensorflow/types.js';
import type {LayersFile} from '../layers-model.js';

/** A loaded model: pixels in, probabilities out. */
export type Predictor = {
  readonly heads: readonly string[];
  /**
   * @param pixels RGB, one image after another: [count * height * width * 3], 0 to 255.
   * @returns      Probability of 1 for each image and head, image by image: [count * heads].
   */
  predict(pixels: Uint8Array, count: number): Float32Array;
};

let graphs = 0;

/**
 * Runs the network as one TensorFlow graph. Its weights are variables, as in training: TensorFlow
 * rewrites operations on constants, which changes the last digits of the predictions.
 */
export function graphPredictor(
  native: NativeBinding,
  network: Network,
  precision: Precision = 'float32',
): Predictor {
  const build = new GraphBuilder();
  const variables = new Variables(build, `predictor_${++graphs}`);
  const feeds: Feed[] = [];
  const {outputs} = inferenceGraph(build, network, ({name, shape, values}) => {
    feeds.push({name: `set/${name}`, shape, values});
    return variables.declare(name, shape).value;
  });
  const {node: setAll} = variables.finishAssignments();
  const session = new GraphSession(native, savedModelIn(precision, build));
  session.run(feeds, [setAll]);
  const fetches = outputs.map(({value}) => value.node);
  return {
    heads: network.outputs.map(({name}) => name),
    predict: (pixels, count) => {
      // TensorFlow computes a single image in another way, with other last digits.
      const isAlone = count === 1;
      const values = isAlone ? Uint8Array.from([...pixels, ...pixels]) : pixels;
      const shape = [isAlone ? 2 : count, ...network.inputShape];
      const feed = {name: IMAGES, shape, values};
      const pairs = session.run([feed], fetches);
      return Float32Array.from(
        {length: count * pairs.length},
        (_, at) => pairs[at % pairs.length]?.[2 * Math.floor(at / pairs.length) + 1] as number,
      );
    },
  };
}

const PIXEL_MAX = 255;

/** Runs the layers model with tfjs, on a backend that runs no graphs. */
export async function layersPredictor(
  {tf}: Backend,
  {topology, weights}: LayersFile,
  {heads, output}: OutputPlan,
): Promise<Predictor> {
  registerLayers(tf);
  const bytes = weights.map(({values}) => values.buffer as ArrayBuffer);
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology: topology,
      weightSpecs: weights.map(({name, shape}) => ({name, shape: [...shape], dtype: 'float32'})),
      weightData: tf.io.concatenateArrayBuffers(bytes),
    }),
  );
  const inputShape = (model.inputs[0]?.shape ?? []).slice(1).map(Number);
  return {
    heads,
    predict: (pixels, count) => {
      let values = new Float32Array(0);
      tf.tidy(() => {
        const images = tf
          .tensor(pixels, [count, ...inputShape], 'int32')
          .toFloat()
          .div(PIXEL_MAX);
        const outputs = [model.predict(images, {batchSize: count})].flat();
        const pairs =
          output === 'heads'
            ? tf.stack(outputs, 1)
            : tf.softmax(outputs[0]?.reshape([count, heads.length, 2]) as typeof images);
        const ones = pairs.slice([0, 0, 1], [count, heads.length, 1]);
        values = Float32Array.from(ones.dataSync());
      });
      return values;
    },
  };
}
