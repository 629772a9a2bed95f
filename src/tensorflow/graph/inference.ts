import type {NamedTensor, Network} from '../network.js';
import {GraphBuilder, type SignatureTensor, type Value} from './builder.js';
import {bias, product} from './ops/linear.js';
import {forwardTrunk} from './trunk.js';

/** The placeholder for images: uint8 [batch, height, width, 3], 0 to 255. */
export const IMAGES = 'images';

type InferenceGraph = {
  readonly images: Value;
  /** In the order of the heads: probabilities of the classes, or of 1 from a sigmoid: [batch, columns]. */
  readonly outputs: readonly {
    readonly head: string;
    readonly columns: number;
    readonly value: Value;
  }[];
};

/** Adds a weight to the graph: as a constant, or as a variable that is set later. */
type WeightMaker = (weight: NamedTensor) => Value;

/**
 * Writes a trained network as a graph: pixels in, probabilities out. Its layers are the operations
 * of the training step's evaluation. Each head is a separate product: its result does not depend,
 * to the bit, on which other heads the network has.
 */
export function inferenceGraph(
  build: GraphBuilder,
  network: Network,
  makeWeight: WeightMaker,
): InferenceGraph {
  const images = build.placeholder(IMAGES, 'uint8', [-1, ...network.inputShape]);
  const {outputOf} = forwardTrunk(
    {
      build,
      training: false,
      seed: 0,
      step: images,
      weightsOf: ({weights}) => weights.map(makeWeight),
      onAverage: () => {},
    },
    images,
    network,
  );
  const outputs = network.outputs.map(
    ({name, input, columns: [columns = 0], kernel, bias: shift}, index) => {
      const logits = build.keepExact(product(build, outputOf(input), makeWeight(kernel)).result);
      const shifted = bias(build, logits, makeWeight(shift)).result;
      // A graph does not allow every name that a head can have.
      const value = build.node(
        columns === 1 ? 'Sigmoid' : 'Softmax',
        [shifted],
        {T: {type: 'float32'}},
        {name: `head_${index}`},
      );
      return {head: name, columns, value};
    },
  );
  return {images, outputs};
}

/**
 * Returns the bytes of a `saved_model.pb` that needs no other file: weights are constants. The
 * signature `serving_default` takes `images` (uint8 [batch, height, width, 3]; the graph scales them)
 * and returns for each head, under its name, the probabilities of its classes, float32 [batch, classes],
 * or that of 1 from a sigmoid, [batch, 1].
 */
export function savedModelFile(network: Network): Uint8Array {
  const build = new GraphBuilder();
  const {images, outputs} = inferenceGraph(build, network, weight => build.frozen(weight));
  const named = outputs.map(({head, columns, value}): [string, SignatureTensor] => [
    head,
    {value, dtype: 'float32', shape: [-1, columns]},
  ]);
  return build.savedModel({
    inputs: {[IMAGES]: {value: images, dtype: 'uint8', shape: [-1, ...network.inputShape]}},
    outputs: Object.fromEntries(named),
  });
}
