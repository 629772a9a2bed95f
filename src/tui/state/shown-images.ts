import {setImmediate as yieldToOthers} from 'node:timers/promises';
import {isMistake} from '../../compare/mistakes.js';
import type {Prediction} from '../../compare/predictions.js';
import {confidenceOf} from '../../experiment/decision.js';
import {remembering} from '../../util/remember.js';
import type {ImageKind} from './interface-state.js';
import type {ImagePrediction, Snapshot} from './snapshot.js';

/** The images that are shown, of one head or of all, in the order of `inOrder`. */
export function shownImages({
  predictions: {images},
  state,
}: Pick<Snapshot, 'predictions' | 'state'>): readonly ImagePrediction[] {
  const {kind, head} = state.predictions;
  return kind === 'all' && head === undefined ? images : imagesOf(images, kind, head);
}

const imagesOf = remembering(
  (images: readonly ImagePrediction[], kind: ImageKind, head: string | undefined) => {
    const fitting = images.filter(({heads}) =>
      heads.some(
        prediction => (head ?? prediction.head) === prediction.head && isOf(kind, prediction),
      ),
    );
    return head === undefined ? fitting : inOrder(fitting, head);
  },
);

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
function inOrder(images: readonly ImagePrediction[], head?: string): readonly ImagePrediction[] {
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

/** Few milliseconds of work between which keys are answered. */
const ROWS_AT_ONCE = 10_000;

/**
 * The images in the order in which they are shown. Done once for a run and not for each frame, for
 * there may be hundreds of thousands of rows.
 */
export async function orderPredictions(
  rows: readonly Prediction[],
): Promise<readonly ImagePrediction[]> {
  const byFile = new Map<string, Prediction[]>();
  for (const [index, row] of rows.entries()) {
    if (index % ROWS_AT_ONCE === 0) await yieldToOthers();
    const rowsOfFile = byFile.get(row.file);
    if (rowsOfFile === undefined) byFile.set(row.file, [row]);
    else rowsOfFile.push(row);
  }
  await yieldToOthers();
  return inOrder([...byFile].map(([file, heads]) => ({file, heads})));
}
