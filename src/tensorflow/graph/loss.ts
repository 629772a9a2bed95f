import {outputOf, type GraphBuilder, type Value} from './builder.js';

export type HeadsLoss = {
  /** Scalar: the weighted sum. */
  readonly loss: Value;
  /** [heads] */
  readonly headLosses: Value;
  /** [heads]: how many images each head classified correctly. */
  readonly headCorrect: Value;
  /** Gradient of the loss by the logits: [batch, 2 * heads]. */
  readonly gradient: Value;
  /** Probability of 1: [batch, heads]. */
  readonly probabilities: Value;
};

/**
 * Writes softmax and cross-entropy of all heads at once: the two logits of each head become a row of
 * two, and TensorFlow's kernel computes loss and gradient together.
 *
 * @param logits [batch, 2 * heads]
 * @param labels uint8 [batch, heads]
 */
export function headsLoss(
  build: GraphBuilder,
  logits: Value,
  labels: Value,
  lossWeights: readonly number[],
): HeadsLoss {
  const heads = lossWeights.length;
  const numbers = build.cast(labels, 'uint8', 'int32');
  const pairs = build.reshape(logits, [-1, 2]);
  const classes = build.reshape(numbers, [-1], 'int32');
  const oneHot = build.node(
    'OneHot',
    [classes, build.constant(2, 'int32'), build.constant(1), build.constant(0)],
    {T: {type: 'float32'}, TI: {type: 'int32'}, axis: {int: -1}},
  );
  const entropy = build.float('SoftmaxCrossEntropyWithLogits', [pairs, oneHot]);
  const headLosses = build.reduce('Mean', build.reshape(entropy, [-1, heads]), [0]);
  const weights = build.constant(lossWeights);
  return {
    loss: build.reduce('Sum', build.float('Mul', [headLosses, weights]), [0]),
    headLosses,
    headCorrect: correct(build, pairs, classes, heads),
    gradient: gradientOf(build, outputOf(entropy, 1), weights, labels, heads),
    probabilities: ones(build, build.float('Softmax', [pairs]), heads),
  };
}

/** Divides each row's gradient by the number of images, since the loss is a mean over the batch. */
function gradientOf(
  build: GraphBuilder,
  rows: Value,
  weights: Value,
  labels: Value,
  heads: number,
): Value {
  const shape = build.node('Shape', [labels], {T: {type: 'uint8'}, out_type: {type: 'int32'}});
  const images = build.reduceImages(shape);
  const scale = build.reshape(
    build.float('RealDiv', [weights, build.cast(images, 'int32', 'float32')]),
    [1, heads, 1],
  );
  const byHead = build.reshape(rows, [-1, heads, 2]);
  return build.reshape(build.float('Mul', [byHead, scale]), [-1, 2 * heads]);
}

function correct(build: GraphBuilder, pairs: Value, classes: Value, heads: number): Value {
  const chosen = build.node('ArgMax', [pairs, build.constant(1, 'int32')], {
    T: {type: 'float32'},
    Tidx: {type: 'int32'},
    output_type: {type: 'int32'},
  });
  const hits = build.node('Equal', [chosen, classes], {T: {type: 'int32'}});
  const counted = build.reshape(build.cast(hits, 'bool', 'float32'), [-1, heads]);
  return build.reduce('Sum', counted, [0]);
}

/** Takes the second value of each pair. */
function ones(build: GraphBuilder, pairs: Value, heads: number): Value {
  return build.reshape(column(build, pairs, 1), [-1, heads]);
}

/**
 * Writes the logit of 1 minus the logit of 0: [batch, heads].
 *
 * @param logits [batch, 2 * heads]
 */
export function logOdds(build: GraphBuilder, logits: Value, heads: number): Value {
  const pairs = build.reshape(logits, [-1, 2]);
  const difference = build.float('Sub', [column(build, pairs, 1), column(build, pairs, 0)]);
  return build.reshape(difference, [-1, heads]);
}

function column(build: GraphBuilder, pairs: Value, index: 0 | 1): Value {
  return build.float(
    'Slice',
    [pairs, build.constant([0, index], 'int32'), build.constant([-1, 1], 'int32')],
    {Index: {type: 'int32'}},
  );
}
