import type {HeadLoss} from '../head-loss.js';
import type {GraphBuilder, Value} from './builder.js';

/** What is mixed into the images of a batch: see `MixedImages`. */
export type MixedLabels = {
  /** uint8 [batch, heads] */
  readonly labels: Value;
  /** float32 [batch] */
  readonly fractions: Value;
};

/** What the loss of each row sums over its classes. */
type Targets = {
  /** [rows, width] */
  readonly targets: Value;
  /** [batch, heads]; undefined where all are 1. */
  readonly imageWeights: Value | undefined;
  /** Whether the targets of each row sum to 1. */
  readonly sumToOne: boolean;
};

/**
 * Writes what the loss of each row sums over its classes, from its label, or from both labels of a mixed image.
 *
 * @param labels uint8 [batch, heads]
 * @param losses Of heads with as many classes.
 */
export function lossTargets(
  build: GraphBuilder,
  labels: Value,
  losses: readonly HeadLoss[],
  mixed: MixedLabels | undefined,
): Targets {
  return mixed === undefined
    ? plainTargets(build, labels, losses)
    : mixedTargets(build, labels, mixed, losses);
}

function plainTargets(build: GraphBuilder, labels: Value, losses: readonly HeadLoss[]): Targets {
  const oneHot = oneHotRows(build, labels, losses);
  return {
    targets: smoothed(build, oneHot, losses),
    imageWeights: weightsOfImages(build, labels, oneHot, losses),
    sumToOne: true,
  };
}

/** Adds up the targets of both labels, each times the weight of its class and its fraction of the image. */
function mixedTargets(
  build: GraphBuilder,
  labels: Value,
  mixed: MixedLabels,
  losses: readonly HeadLoss[],
): Targets {
  const width = losses[0]!.classWeights.length;
  const fractions = build.reshape(mixed.fractions, [-1, 1]);
  let sumToOne = true;
  const part = (of: Value, fraction: Value): Value => {
    const {targets, imageWeights} = plainTargets(build, of, losses);
    sumToOne = imageWeights === undefined;
    const scale =
      imageWeights === undefined ? fraction : build.float('Mul', [imageWeights, fraction]);
    const byHead = build.reshape(targets, [-1, losses.length, width]);
    const scales = build.reshape(scale, [-1, imageWeights === undefined ? 1 : losses.length, 1]);
    return build.float('Mul', [byHead, scales]);
  };
  const sum = build.float('AddV2', [
    part(labels, build.float('Sub', [build.constant(1), fractions])),
    part(mixed.labels, fractions),
  ]);
  return {targets: build.reshape(sum, [-1, width]), imageWeights: undefined, sumToOne};
}

/** Labels, image by image, as int32. */
export function classNumbers(build: GraphBuilder, labels: Value): Value {
  return build.reshape(build.cast(labels, 'uint8', 'int32'), [-1], 'int32');
}

/** 1 for the class of the label, else 0: [rows, width]. A row without a label has zeros. */
function oneHotRows(build: GraphBuilder, labels: Value, losses: readonly HeadLoss[]): Value {
  const width = build.constant(losses[0]!.classWeights.length, 'int32');
  return build.node(
    'OneHot',
    [classNumbers(build, labels), width, build.constant(1), build.constant(0)],
    {T: {type: 'float32'}, TI: {type: 'int32'}, axis: {int: -1}},
  );
}

/** Label smoothing (Szegedy et al. 2016): target * (1 - smoothing) + smoothing / classes. */
function smoothed(build: GraphBuilder, oneHot: Value, losses: readonly HeadLoss[]): Value {
  if (losses.every(({labelSmoothing}) => labelSmoothing === 0)) return oneHot;
  const numbers = losses.map(({labelSmoothing}) => labelSmoothing);
  const classes = losses[0]!.classWeights.length;
  const factors = perHead(
    build,
    oneHot,
    numbers.map(smoothing => 1 - smoothing),
    classes,
  );
  const added = perHead(
    build,
    oneHot,
    numbers.map(smoothing => smoothing / classes),
    classes,
  );
  return build.float('AddV2', [build.float('Mul', [oneHot, factors]), added]);
}

/** Repeats a number of each head for the rows of `like`: [rows, width]. */
export function perHead(
  build: GraphBuilder,
  like: Value,
  numbers: readonly number[],
  width: number,
): Value {
  const shape = [1, numbers.length, 1];
  const zeros = build.float('ZerosLike', [build.reshape(like, [-1, numbers.length, width])]);
  const column = build.reshape(build.constant(numbers), shape);
  return build.reshape(build.float('AddV2', [zeros, column]), [-1, width]);
}

/** The weight of each image's class, [batch, heads]; undefined where all are 1. */
function weightsOfImages(
  build: GraphBuilder,
  labels: Value,
  oneHot: Value,
  losses: readonly HeadLoss[],
): Value | undefined {
  if (losses.every(({classWeights}) => classWeights.every(weight => weight === 1)))
    return undefined;
  const classes = losses[0]!.classWeights.length;
  if (classes > 2) {
    const weights = losses.flatMap(({classWeights}) => [...classWeights]);
    const rows = build.reshape(oneHot, [-1, weights.length]);
    const byClass = build.float('Mul', [rows, build.constant(weights)]);
    return build.reduce('Sum', build.reshape(byClass, [-1, losses.length, classes]), [2]);
  }
  const ofZero = build.constant(losses.map(({classWeights}) => classWeights[0]!));
  const change = build.constant(
    losses.map(({classWeights}) => classWeights[1]! - classWeights[0]!),
  );
  const added = build.float('Mul', [build.cast(labels, 'uint8', 'float32'), change]);
  return build.float('AddV2', [added, ofZero]);
}
