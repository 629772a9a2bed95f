import {isMistake} from '../../compare/mistakes.js';
import type {Prediction} from '../../compare/predictions.js';
import {confidenceOf} from '../../experiment/decision.js';
import type {ImageKind} from './interface-state.js';
import {predictedRun} from './selectors.js';
import type {ImagePrediction, Snapshot} from './snapshot.js';

type Chosen = Pick<Snapshot['state']['predictions'], 'kind' | 'head'>;

const chosenOf = new WeakMap<
  readonly ImagePrediction[],
  Chosen & {readonly shown: readonly ImagePrediction[]}
>();

/** The images that are shown, of one head or of all, in the order of `inOrder`. */
export function shownImages({
  predictions: {images},
  state,
}: Pick<Snapshot, 'predictions' | 'state'>): readonly ImagePrediction[] {
  const {kind, head} = state.predictions;
  if (kind === 'all' && head === undefined) return images;
  const last = chosenOf.get(images);
  if (last?.kind === kind && last.head === head) return last.shown;
  const fitting = images.filter(({heads}) =>
    heads.some(
      prediction => (head ?? prediction.head) === prediction.head && isOf(kind, prediction),
    ),
  );
  const shown = head === undefined ? fitting : inOrder(fitting, head);
  chosenOf.set(images, {kind, head, shown});
  return shown;
}

function isOf(kind: ImageKind, prediction: Prediction): boolean {
  const {label, predicted, classes} = prediction;
  // Only of two classes is one positive.
  if (classes !== undefined && kind !== 'all' && kind !== 'mistakes') return false;
  switch (kind) {
    case 'all':
      return true;
    case 'mistakes':
      return isMistake(prediction);
    case 'false positives':
      return predicted === 1 && label === 0;
    case 'false negatives':
      return predicted === 0 && label === 1;
    default:
      return kind satisfies never;
  }
}

/** Mistakes first, of them first the most confident one; then the others, the least confident first. */
export function inOrder(
  images: readonly ImagePrediction[],
  head?: string,
): readonly ImagePrediction[] {
  return images
    .map(image => {
      const heads = image.heads.filter(prediction => (head ?? prediction.head) === prediction.head);
      const wrong = heads.filter(isMistake);
      const worst = Math.max(...wrong.map(confidence), -1);
      const weakest = Math.min(...heads.map(confidence));
      return {image, worst, weakest};
    })
    .sort(
      (a, b) =>
        b.worst - a.worst || a.weakest - b.weakest || (a.image.file < b.image.file ? -1 : 1),
    )
    .map(({image}) => image);
}

function confidence({predicted, probability, classes}: Prediction): number {
  return confidenceOf(classes === undefined ? predicted : 1, probability);
}

/** The heads of the run whose predictions are shown. */
export function predictedHeads(snapshot: Snapshot): readonly string[] {
  return predictedRun(snapshot)?.state.heads ?? [];
}
