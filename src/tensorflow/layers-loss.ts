import type {Tensor, Tensor1D, Tensor2D} from '@tensorflow/tfjs';
import {MISSING} from '../experiment/missing-label.js';
import {SMALLEST_COMPLEMENT, type HeadLoss} from './head-loss.js';
import type {TensorFlow} from './types.js';

/** Scalars of one head on a batch. */
type HeadResult = {readonly loss: Tensor; readonly correct: Tensor};

/**
 * The mean loss of a head over a batch, and how many images it classifies correctly.
 *
 * @param labels 0, 1 or MISSING for each image.
 */
export function headResult(
  tf: TensorFlow,
  loss: HeadLoss,
  logits: Tensor2D,
  labels: Int32Array,
): HeadResult {
  if (loss.isPartial !== true) {
    const classes = tf.tensor1d(labels, 'int32');
    return {
      loss: lossesOf(tf, loss, logits, classes).mean(),
      correct: logits.argMax(1).equal(classes).sum(),
    };
  }
  const isKnown = labels.map(label => (label === MISSING ? 0 : 1));
  const mask = tf.tensor1d(isKnown, 'int32').toFloat();
  const count = isKnown.reduce((sum, value) => sum + value, 0);
  const classes = tf.tensor1d(
    labels.map(label => (label === MISSING ? 0 : label)),
    'int32',
  );
  return {
    loss: lossesOf(tf, loss, logits, classes).mul(mask).sum().div(Math.max(1, count)),
    correct: logits.argMax(1).equal(classes).toFloat().mul(mask).sum(),
  };
}

/** The loss of a head for each image of a batch, as `HeadLoss` says. */
function lossesOf(
  tf: TensorFlow,
  {classWeights: [ofZero, ofOne], labelSmoothing, focalGamma}: HeadLoss,
  logits: Tensor2D,
  classes: Tensor1D,
): Tensor {
  const oneHot = tf.oneHot(classes, 2).toFloat();
  const targets = oneHot.mul(1 - labelSmoothing).add(labelSmoothing / 2);
  const logs = tf.logSoftmax(logits);
  const complements = tf.softmax(logits).reverse(1).maximum(SMALLEST_COMPLEMENT);
  const modulated = focalGamma === 0 ? targets : targets.mul(complements.pow(focalGamma));
  const losses = modulated.mul(logs).sum(1).neg();
  return losses.mul(
    classes
      .toFloat()
      .mul(ofOne - ofZero)
      .add(ofZero),
  );
}
