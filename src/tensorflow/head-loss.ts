/**
 * The loss of one head on a batch: the mean over the images of
 * `classWeights[y] * sum over k of target[k] * (1 - p[k])^focalGamma * -log p[k]`, where y is the label, p
 * are the softmax's probabilities of the n classes, and the target of each class is `labelSmoothing / n`,
 * for that of the label `1 - labelSmoothing` more. By default this is the cross-entropy. The loss of a mixed
 * image (mixup) is that by each of its two labels, times the fraction of the image with this label.
 */
export type HeadLoss = {
  /** Weight of the head in the sum over the heads; 0 or more. */
  readonly weight: number;
  /** Weight of the images with each label, 0 or more; as many as the head has classes. */
  readonly classWeights: readonly number[];
  /** 0 or more, less than 1 (Szegedy et al. 2016). */
  readonly labelSmoothing: number;
  /** 0 or more: how much less images count that are predicted well (Lin et al. 2017). */
  readonly focalGamma: number;
  /**
   * Whether the head has one logit z: p are softmax([0, z]), so that p of 1 is sigmoid(z), and the loss is the
   * binary cross-entropy.
   */
  readonly isSigmoid?: boolean;
  /** Whether labels may be MISSING: they count in no loss. Without, a step is a little shorter. */
  readonly isPartial?: boolean;
};

/** What is mixed into the images of a batch. */
export type MixedImages = {
  /** Labels of the images that are mixed in, the class or MISSING: [size * heads]. */
  readonly labels: Uint8Array;
  /** How much of each image they are: [size], 0 to 0.5. */
  readonly fractions: Float32Array;
};

/** The cross-entropy, as Keras's `categorical_crossentropy`. */
export function crossEntropy(weight = 1, classes = 2): HeadLoss {
  const classWeights = new Array<number>(classes).fill(1);
  return {weight, classWeights, labelSmoothing: 0, focalGamma: 0};
}

/** The number of logits of each head. */
export function lossColumns(losses: readonly HeadLoss[]): number[] {
  return losses.map(({isSigmoid, classWeights}) => (isSigmoid === true ? 1 : classWeights.length));
}

/** The focal loss divides by 1 - p, which may be 0 in float32; this leaves every other value as it is. */
export const SMALLEST_COMPLEMENT = 1e-30;
