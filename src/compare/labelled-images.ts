import {hasMissing, MISSING} from '../experiment/missing-label.js';
import type {HeadPredictions} from './predictions.js';

/** Predictions are the same for every metric. */
const labelledOf = new WeakMap<HeadPredictions, HeadPredictions>();

/** The predictions for the images whose label is known; the same object where all are. */
export function labelled(predictions: HeadPredictions): HeadPredictions {
  const before = labelledOf.get(predictions);
  if (before !== undefined) return before;
  const {labels} = predictions;
  const chosen = hasMissing(labels)
    ? predictionsAt(knownPositions(labels), predictions)
    : predictions;
  labelledOf.set(predictions, chosen);
  return chosen;
}

/** Two designs on the images whose label both know, and where these images are. */
type LabelledPair = {
  readonly pair: readonly [HeadPredictions, HeadPredictions];
  /** undefined where these are all images. */
  readonly positions: Uint32Array | undefined;
};

/** Pairs two designs over the images whose label both know. They have the same images. */
export function labelledPair(first: HeadPredictions, second: HeadPredictions): LabelledPair {
  if (!hasMissing(first.labels) && !hasMissing(second.labels))
    return {pair: [first, second], positions: undefined};
  const ours = knownPositions(first.labels);
  const positions = ours.filter(image => second.labels[image] !== MISSING);
  const isSame =
    positions.length === ours.length && positions.length === labelled(second).labels.length;
  return {
    pair: isSame
      ? [labelled(first), labelled(second)]
      : [predictionsAt(positions, first), predictionsAt(positions, second)],
    positions,
  };
}

function knownPositions(labels: Uint8Array): Uint32Array {
  return Uint32Array.from(labels.keys()).filter(image => labels[image] !== MISSING);
}

export function predictionsAt(
  positions: Uint32Array,
  {labels, predicted, probabilities, classes}: HeadPredictions,
): HeadPredictions {
  return {
    classes,
    labels: Uint8Array.from(positions, image => labels[image]!),
    predicted: Uint8Array.from(positions, image => predicted[image]!),
    probabilities: Float64Array.from(positions, image => probabilities[image]!),
  };
}

/**
 * Spreads what labelled images contribute to a mean over all images: the others contribute 0, and the mean
 * stays the same.
 *
 * @param images Number of all images.
 */
export function spread(
  values: ArrayLike<number>,
  positions: Uint32Array,
  images: number,
): Float64Array {
  const all = new Float64Array(images);
  const scale = images / positions.length;
  positions.forEach((image, at) => (all[image] = scale * values[at]!));
  return all;
}

/** Positions of the images whose label is known; undefined where all are. */
export function positionsOfLabelled({labels}: HeadPredictions): Uint32Array | undefined {
  return hasMissing(labels) ? knownPositions(labels) : undefined;
}
