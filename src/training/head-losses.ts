import type {Dataset} from '../data/dataset.js';
import {countKnown, hasMissing} from '../experiment/missing-label.js';
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
 * The losses of a network's heads.
 *
 * @throws UserError where balanced class weights are asked for and a class has no training image.
 */
export function headLosses(
  {loss = {}, lossWeights}: Pick<TrainingDefinition, 'loss' | 'lossWeights'>,
  heads: readonly string[],
  images: LabelledImages,
): HeadLoss[] {
  const {train, validation, test} = images;
  const isPartial = [train, validation, test].some(part => part && hasMissing(part.labels));
  return heads.map(head => {
    const keys = {...loss, ...loss.heads?.[head]};
    const {classWeights = 'none', labelSmoothing = 0, focalGamma = 0} = keys;
    return {
      weight: lossWeights[head] ?? 1,
      classWeights:
        classWeights === 'none'
          ? [1, 1]
          : classWeights === 'balanced'
            ? balancedWeights(head, images)
            : classWeights,
      labelSmoothing,
      focalGamma,
      ...(isPartial && {isPartial}),
    };
  });
}

/** n / (2 n_k) for class k, as scikit-learn's `class_weight="balanced"`: both classes weigh half of all. */
function balancedWeights(head: string, {heads, train}: LabelledImages): [number, number] {
  const column = heads.indexOf(head);
  const images = countKnown(train.labels, heads.length)[column]!;
  let ones = 0;
  for (let at = column; at < train.labels.length; at += heads.length)
    if (train.labels[at] === 1) ones += 1;
  const missing = ones === 0 ? 1 : ones === images ? 0 : undefined;
  if (missing !== undefined)
    throw new UserError(
      `training.loss.classWeights: no training image has the label ${missing} for ${head}, so its classes cannot be balanced. Expected images of both classes.`,
      {hint: `Use a larger or balanced sample, or leave out ${head}.`},
    );
  return [images / (2 * (images - ones)), images / (2 * ones)];
}
