import {MISSING} from '../../experiment/missing-label.js';
import {SMALLEST_COMPLEMENT, type HeadLoss} from '../head-loss.js';
import {outputOf, type GraphBuilder, type Value} from './builder.js';
import {argMax, column, mostProbable} from './columns.js';
import {classNumbers, lossTargets, perHead, type MixedLabels} from './loss-targets.js';

export type HeadsLoss = {
  /** Scalar: the weighted sum. */
  readonly loss: Value;
  /** [heads] */
  readonly headLosses: Value;
  /** [heads]: how many images each head classified correctly. */
  readonly headCorrect: Value;
  /** Gradient of the loss by the logits: [batch, classes of all heads]. */
  readonly gradient: Value;
  /** [batch, heads]: probability of 1; of the predicted class where a head has more than two. */
  readonly probabilities: Value;
  /** [batch, heads]: the most probable class, as float32; undefined where all heads have two. */
  readonly predicted: Value | undefined;
};

/**
 * Writes softmax and loss of heads with as many classes at once: the logits of each head become a row, and
 * TensorFlow's kernel computes cross-entropy and gradient together.
 *
 * @param logits    [batch, width * heads]
 * @param allLabels uint8 [batch, heads]
 * @param losses    One for each head.
 * @param width     Number of classes.
 * @param mixed     undefined where the images are not mixed.
 */
export function groupLoss(
  build: GraphBuilder,
  logits: Value,
  allLabels: Value,
  losses: readonly HeadLoss[],
  width: number,
  mixed?: MixedLabels,
): HeadsLoss {
  const heads = losses.length;
  const partial = losses.some(({isPartial}) => isPartial)
    ? knownLabels(build, allLabels)
    : undefined;
  const labels = partial?.labels ?? allLabels;
  const pairs = build.reshape(logits, [-1, width]);
  const classes = classNumbers(build, labels);
  const {targets, imageWeights, sumToOne} = lossTargets(build, labels, losses, mixed);
  const rows =
    sumToOne && losses.every(({focalGamma}) => focalGamma === 0)
      ? entropyRows(build, pairs, targets)
      : focalRows(build, pairs, targets, losses);
  const byImage = build.reshape(rows.losses, [-1, heads]);
  const weighted =
    imageWeights === undefined ? byImage : build.float('Mul', [byImage, imageWeights]);
  const headLosses =
    partial === undefined
      ? build.reduce('Mean', weighted, [0])
      : build.float('RealDiv', [
          build.reduce('Sum', build.float('Mul', [weighted, partial.mask]), [0]),
          partial.counts,
        ]);
  const weights = build.constant(losses.map(({weight}) => weight));
  return {
    loss: build.reduce('Sum', build.float('Mul', [headLosses, weights]), [0]),
    headLosses,
    headCorrect: correct(build, pairs, classes, heads, partial),
    gradient: gradientOf(build, rows.gradients, {
      ...{weights, imageWeights, labels, heads, width, partial},
    }),
    ...predictions(build, pairs, heads, width),
  };
}

/** What a step says of each image (see `HeadsLoss`). */
function predictions(
  build: GraphBuilder,
  pairs: Value,
  heads: number,
  width: number,
): Pick<HeadsLoss, 'probabilities' | 'predicted'> {
  const softmax = build.float('Softmax', [pairs]);
  if (width === 2) return {probabilities: ones(build, softmax, heads), predicted: undefined};
  return {
    probabilities: build.reshape(build.reduce('Max', softmax, [1]), [-1, heads]),
    predicted: build.reshape(mostProbable(build, pairs), [-1, heads]),
  };
}

/** Which labels are known. */
type KnownLabels = {
  /** uint8 [batch, heads]: 0 in place of those that are missing. */
  readonly labels: Value;
  /** float32 [batch, heads]: 1 for a label that is known, else 0. */
  readonly mask: Value;
  /** float32 [heads]: how many are known; 1 where none is, so that nothing divides by 0. */
  readonly counts: Value;
};

function knownLabels(build: GraphBuilder, labels: Value): KnownLabels {
  const missing = build.constant(MISSING, 'int32');
  const isKnown = build.node('NotEqual', [build.cast(labels, 'uint8', 'int32'), missing], {
    T: {type: 'int32'},
  });
  const mask = build.cast(isKnown, 'bool', 'float32');
  return {
    labels: build.node('Mul', [labels, build.cast(isKnown, 'bool', 'uint8')], {T: {type: 'uint8'}}),
    mask,
    counts: build.float('Maximum', [build.reduce('Sum', mask, [0]), build.constant(1)]),
  };
}

/** The loss of each row, [rows], and its gradient by the logits, [rows, width]. */
type Rows = {readonly losses: Value; readonly gradients: Value};

function entropyRows(build: GraphBuilder, pairs: Value, targets: Value): Rows {
  const losses = build.float('SoftmaxCrossEntropyWithLogits', [pairs, targets]);
  return {losses, gradients: outputOf(losses, 1)};
}

/**
 * The focal loss (Lin et al. 2017) of all classes, of any targets; without gamma, the cross-entropy. With q = 1 - p, of two classes the probability of the
 * other one, its derivative by p times p is g = target * q^gamma * (gamma * p * log p / q - 1), so that by the
 * logits it is g - p * (sum of g).
 */
function focalRows(
  build: GraphBuilder,
  pairs: Value,
  targets: Value,
  losses: readonly HeadLoss[],
): Rows {
  const logs = build.float('LogSoftmax', [pairs]);
  const probabilities = build.float('Softmax', [pairs]);
  const classes = losses[0]!.classWeights.length;
  const complements =
    classes === 2
      ? build.node('ReverseV2', [probabilities, build.constant([1], 'int32')], {
          T: {type: 'float32'},
          Tidx: {type: 'int32'},
        })
      : build.float('Sub', [build.constant(1), probabilities]);
  const q = build.float('Maximum', [complements, build.constant(SMALLEST_COMPLEMENT)]);
  const gamma = perHead(
    build,
    targets,
    losses.map(({focalGamma}) => focalGamma),
    classes,
  );
  const modulated = build.float('Mul', [targets, build.float('Pow', [q, gamma])]);
  const slope = build.float('RealDiv', [build.float('Mul', [probabilities, logs]), q]);
  const factor = build.float('Sub', [build.float('Mul', [gamma, slope]), build.constant(1)]);
  const g = build.float('Mul', [modulated, factor]);
  const total = build.reduce('Sum', g, [1], true);
  return {
    losses: build.float('Neg', [build.reduce('Sum', build.float('Mul', [modulated, logs]), [1])]),
    gradients: build.float('Sub', [g, build.float('Mul', [probabilities, total])]),
  };
}

/** Divides each row's gradient by the number of images, since the loss is a mean over the batch. */
function gradientOf(
  build: GraphBuilder,
  rows: Value,
  {
    weights,
    imageWeights,
    labels,
    heads,
    width,
    partial,
  }: {
    readonly weights: Value;
    readonly imageWeights: Value | undefined;
    readonly labels: Value;
    readonly heads: number;
    readonly width: number;
    readonly partial: KnownLabels | undefined;
  },
): Value {
  const images = partial?.counts ?? imagesOf(build, labels);
  const perHead = build.reshape(build.float('RealDiv', [weights, images]), [1, heads, 1]);
  const scale =
    partial === undefined
      ? perHead
      : build.float('Mul', [build.reshape(partial.mask, [-1, heads, 1]), perHead]);
  const byHead = build.reshape(rows, [-1, heads, width]);
  const scaled = build.float('Mul', [byHead, scale]);
  const weighted =
    imageWeights === undefined
      ? scaled
      : build.float('Mul', [scaled, build.reshape(imageWeights, [-1, heads, 1])]);
  return build.reshape(weighted, [-1, width * heads]);
}

/** The number of images of a batch, as a float32 scalar. */
function imagesOf(build: GraphBuilder, labels: Value): Value {
  const shape = build.node('Shape', [labels], {T: {type: 'uint8'}, out_type: {type: 'int32'}});
  return build.cast(build.reduceImages(shape), 'int32', 'float32');
}

function correct(
  build: GraphBuilder,
  pairs: Value,
  classes: Value,
  heads: number,
  partial: KnownLabels | undefined,
): Value {
  const chosen = argMax(build, pairs);
  const hits = build.node('Equal', [chosen, classes], {T: {type: 'int32'}});
  const counted = build.reshape(build.cast(hits, 'bool', 'float32'), [-1, heads]);
  const masked = partial === undefined ? counted : build.float('Mul', [counted, partial.mask]);
  return build.reduce('Sum', masked, [0]);
}

/** Takes the second value of each pair. */
function ones(build: GraphBuilder, pairs: Value, heads: number): Value {
  return build.reshape(column(build, pairs, 1), [-1, heads]);
}
