import type {Tensor, Tensor1D, Tensor2D} from '@tensorflow/tfjs';
import {isMultiClass} from '../experiment/classes.js';
import {MISSING} from '../experiment/missing-label.js';
import {SMALLEST_COMPLEMENT, type HeadLoss} from './head-loss.js';
import type {Batch, Evaluation} from './training-step.js';
import type {TensorFlow} from './types.js';

type LabelledBatch = Pick<Batch, 'labels' | 'size' | 'mixed'>;

/** Scalars of one head on a batch. */
type HeadResult = {readonly loss: Tensor; readonly correct: Tensor};

/**
 * The mean loss of a head over a batch, and how many images it classifies correctly.
 *
 * @param columns Its logits.
 */
export function headResult(
  tf: TensorFlow,
  loss: HeadLoss,
  columns: Tensor2D,
  batch: LabelledBatch,
  head: number,
): HeadResult {
  const logits = loss.isSigmoid === true ? withZeros(tf, columns) : columns;
  const labels = labelsOfHead(batch, head);
  const classes = classTensor(tf, labels);
  const losses = mixedLosses(tf, loss, logits, classes, batch, head);
  const hits = logits.argMax(1).equal(classes);
  if (loss.isPartial !== true) return {loss: losses.mean(), correct: hits.sum()};
  const isKnown = labels.map(label => (label === MISSING ? 0 : 1));
  const mask = tf.tensor1d(isKnown, 'int32').toFloat();
  const count = isKnown.reduce((sum, value) => sum + value, 0);
  return {
    loss: losses.mul(mask).sum().div(Math.max(1, count)),
    correct: hits.toFloat().mul(mask).sum(),
  };
}

/** The loss of a head for each image, by both labels where images are mixed. */
function mixedLosses(
  tf: TensorFlow,
  loss: HeadLoss,
  logits: Tensor2D,
  classes: Tensor1D,
  {mixed, size}: LabelledBatch,
  head: number,
): Tensor {
  const losses = lossesOf(tf, loss, logits, classes);
  if (mixed === undefined) return losses;
  const fractions = tf.tensor1d(mixed.fractions);
  const mixedIn = classTensor(tf, labelsOfHead({labels: mixed.labels, size}, head));
  return losses
    .mul(tf.scalar(1).sub(fractions))
    .add(lossesOf(tf, loss, logits, mixedIn).mul(fractions));
}

/** Labels as classes; 0 in place of those that are missing. */
function classTensor(tf: TensorFlow, labels: Int32Array): Tensor1D {
  return tf.tensor1d(
    labels.map(label => (label === MISSING ? 0 : label)),
    'int32',
  );
}

/** The loss of a head for each image of a batch, as `HeadLoss` says. */
function lossesOf(
  tf: TensorFlow,
  {classWeights, labelSmoothing, focalGamma}: HeadLoss,
  logits: Tensor2D,
  classes: Tensor1D,
): Tensor {
  const oneHot = tf.oneHot(classes, classWeights.length).toFloat();
  const targets = oneHot.mul(1 - labelSmoothing).add(labelSmoothing / classWeights.length);
  const logs = tf.logSoftmax(logits);
  const probabilities = tf.softmax(logits);
  const isMulti = isMultiClass(classWeights.length);
  const complements = (
    isMulti ? tf.scalar(1).sub<Tensor2D>(probabilities) : probabilities.reverse(1)
  ).maximum(SMALLEST_COMPLEMENT);
  const modulated = focalGamma === 0 ? targets : targets.mul(complements.pow(focalGamma));
  const losses = modulated.mul(logs).sum(1).neg();
  if (isMulti) return losses.mul(oneHot.mul(tf.tensor1d([...classWeights])).sum(1));
  const [ofZero, ofOne] = classWeights as readonly [number, number];
  return losses.mul(
    classes
      .toFloat()
      .mul(ofOne - ofZero)
      .add(ofZero),
  );
}

/** The label of one head for each image of a batch: a class or MISSING. */
function labelsOfHead({labels, size}: LabelledBatch, head: number): Int32Array {
  const heads = labels.length / size;
  return Int32Array.from({length: size}, (_, image) => labels[image * heads + head] ?? 0);
}

/** The logits 0 and z, whose softmax is the sigmoid. @param ofOne [batch, 1] */
function withZeros(tf: TensorFlow, ofOne: Tensor2D): Tensor2D {
  return tf.concat([tf.zerosLike(ofOne), ofOne], 1);
}

/** What an evaluation says of each image and head. @param heads Logits of each: [batch, columns]. */
export function predictionsOf(
  tf: TensorFlow,
  losses: readonly HeadLoss[],
  heads: readonly Tensor2D[],
): Pick<Evaluation, 'probabilities' | 'predicted'> {
  const shown = heads.map((logits, head) => {
    if (losses[head]?.isSigmoid === true) return tf.sigmoid(logits);
    const softmax = tf.softmax(logits);
    const [size, classes] = logits.shape;
    return isMultiClass(classes) ? softmax.max(1, true) : softmax.slice([0, 1], [size, 1]);
  });
  const probabilities = Float32Array.from(tf.concat(shown, 1).dataSync());
  if (!heads.some(({shape}) => isMultiClass(shape[1])))
    return {probabilities, predicted: undefined};
  const chosen = heads.map(logits => logits.argMax(1).expandDims(1));
  return {probabilities, predicted: Uint8Array.from(tf.concat(chosen, 1).dataSync())};
}
