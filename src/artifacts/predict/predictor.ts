import type {Tensor} from '@tensorflow/tfjs';
import {isMultiClass} from '../../experiment/classes.js';
import {savedModelIn} from '../../tensorflow/graph/bfloat16.js';
import {GraphBuilder} from '../../tensorflow/graph/builder.js';
import {inferenceGraph, IMAGES} from '../../tensorflow/graph/inference.js';
import {GraphSession, type Feed, type NativeBinding} from '../../tensorflow/graph/session.js';
import {columnCounts, type Network, type OutputPlan} from '../../tensorflow/network.js';
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
   * @returns      For each image and head, image by image: [count * heads].
   */
  predict(pixels: Uint8Array, count: number): PredictedHeads;
};

/** Values for each image and head. */
export type PredictedHeads = {
  /** Probability of 1; of the most probable class for a head with more than two. */
  readonly probabilities: Float32Array;
  /** The most probable class. */
  readonly classes: Uint8Array;
};

/**
 * Takes what is predicted out of the probabilities of all classes, or of 1 alone.
 *
 * @param heads For each head, image by image: [count * columns].
 */
function predictedHeads(heads: readonly ArrayLike<number>[], count: number): PredictedHeads {
  const probabilities = new Float32Array(count * heads.length);
  const classes = new Uint8Array(count * heads.length);
  heads.forEach((values, head) => {
    const width = values.length / count;
    for (let image = 0; image < count; image++) {
      const first = image * width;
      let best = width === 1 && values[first]! > 0.5 ? 1 : 0;
      for (let at = 1; at < width; at++) if (values[first + at]! > values[first + best]!) best = at;
      const index = image * heads.length + head;
      probabilities[index] = values[first + (isMultiClass(width) ? best : width - 1)]!;
      classes[index] = best;
    }
  });
  return {probabilities, classes};
}

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
      const heads = session.run([feed], fetches);
      const ofImages = isAlone ? heads.map(values => values.subarray(0, values.length / 2)) : heads;
      return predictedHeads(ofImages, count);
    },
  };
}

const PIXEL_MAX = 255;

/** Runs the layers model with tfjs, on a backend that runs no graphs. */
export async function layersPredictor(
  {tf}: Backend,
  {topology, weights}: LayersFile,
  plan: OutputPlan,
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
  const {heads, output, activation} = plan;
  const counts = columnCounts(plan);
  const inputShape = (model.inputs[0]?.shape ?? []).slice(1).map(Number);
  return {
    heads,
    predict: (pixels, count) => {
      let values: Float32Array[] = [];
      tf.tidy(() => {
        const images = tf
          .tensor(pixels, [count, ...inputShape], 'int32')
          .toFloat()
          .div(PIXEL_MAX);
        const outputs: Tensor[] = [model.predict(images, {batchSize: count})].flat();
        const ofLogits = (logits: Tensor): Tensor =>
          activation === 'sigmoid' ? tf.sigmoid(logits) : tf.softmax(logits);
        const probabilities =
          output === 'heads' ? outputs : tf.split(outputs[0]!, [...counts], 1).map(ofLogits);
        values = probabilities.map(tensor => Float32Array.from(tensor.dataSync()));
      });
      return predictedHeads(values, count);
    },
  };
}
