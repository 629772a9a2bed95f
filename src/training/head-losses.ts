import type {Dataset} from '../data/dataset.js';
import {countKnown, hasMissing, MISSING} from '../experiment/missing-label.js';
import {headOf} from '../experiment/groups.js';
import type {TrainingDefinition} from '../experiment/schema.js';
import type {HeadLoss} from '../tensorflow/head-loss.js';
import {UserError} from '../util/user-error.js';

/** The labels that balanced class weights are computed from, and all that may be missing. */
type LabelledImages = {
  readonly heads: Dataset['heads'];
  readonly train: Labels;
  readonly validation: Labels;
  readonly test: Labels | undefined;
};
type Labels = Pick<Dataset['train'], 'labels'>;

/**
 * The losses of a network's outputs.
 *
 * @param classes Number of classes of each head; two where it is left out.
 * @throws UserError where balanced class weights are asked for and a class has no training image.
 */
export function headLosses(
  {loss = {}, lossWeights}: Pick<TrainingDefinition, 'loss' | 'lossWeights'>,
  heads: readonly string[],
  images: LabelledImages,
  classes: readonly number[] = heads.map(() => 2),
): HeadLoss[] {
  const {train, validation, test} = images;
  const isPartial = [train, validation, test].some(part => part && hasMissing(part.labels));
  return heads.map((output, at) => {
    const head = headOf(output);
    const count = classes[at]!;
    const keys = {...loss, ...loss.heads?.[head]};
    const {classWeights = 'none', labelSmoothing = 0, focalGamma = 0} = keys;
    return {
      weight: lossWeights[head] ?? 1,
      classWeights:
        classWeights === 'none'
          ? new Array<number>(count).fill(1)
          : classWeights === 'balanced'
            ? balancedWeights(head, count, images)
            : classWeights,
      labelSmoothing,
      focalGamma,
      ...(isPartial && {isPartial}),
    };
  });
}

/** n / (c n_k) for class k of c, as scikit-learn's `class_weight="balanced"`: all classes weigh the same. */
function balancedWeights(head: string, classes: number, {heads, train}: LabelledImages): number[] {
  const column = heads.indexOf(head);
  const images = countKnown(train.labels, heads.length)[column]!;
  const counts = new Array<number>(classes).fill(0);
  for (let at = column; at < train.labels.length; at += heads.length) {
    const label = train.labels[at]!;
    if (label !== MISSING) counts[label]! += 1;
  }
  const missing = counts.indexOf(0);
  if (missing !== -1)
    throw new UserError(
      `training.loss.classWeights: no training image has the label ${missing} for ${head}, so its classes cannot be balanced. Expected images of ${classes === 2 ? 'both' : 'all'} classes.`,
      {hint: `Use a larger or balanced sample, or leave out ${head}.`},
    );
  return counts.map(count => images / (classes * count));
}
