import {MISSING} from '../experiment/missing-label.js';
import {headsOfColumns} from './head-columns.js';
import {lossColumns, SMALLEST_COMPLEMENT, type HeadLoss, type MixedImages} from './head-loss.js';

/** How heads are compared: see `cosines` and `lookAhead`. */
export type AffinityMethod = 'gradient-cosine' | 'tag';

/**
 * What the outputs of a network compute on a batch. The heads share the representation: the values that the
 * layer of each head takes, with dropout as in training.
 */
type SharedBatch = {
  /** [images * columns of all heads] */
  readonly logits: Float32Array;
  /** Gradient of the loss as trained by the logits: [images * columns of all heads]. */
  readonly gradient: Float32Array;
  /** Wᵀ W of the kernels of all heads: [columns of all heads, squared]. */
  readonly kernelProducts: Float32Array;
  /** The class or MISSING: [images * heads]. */
  readonly labels: Uint8Array;
  readonly mixed?: MixedImages | undefined;
};

/**
 * The cosines of the angles between the heads' gradients by the shared representation: [heads * heads], -1 to
 * 1; NaN for a head whose gradient is 0, since it has no weight or no known label in the batch.
 *
 * @param products Inner products of these gradients: [heads * heads].
 */
export function cosines(products: ArrayLike<number>): Float64Array {
  const heads = Math.sqrt(products.length);
  const norms = Array.from({length: heads}, (_, head) => Math.sqrt(products[head * heads + head]!));
  return Float64Array.from({length: products.length}, (_, at) => {
    const cosine = products[at]! / (norms[Math.floor(at / heads)]! * norms[at % heads]!);
    return Math.max(-1, Math.min(1, cosine));
  });
}

/** The inner products that `gradientProducts` writes into a graph: [heads * heads]. */
export function productsOf(
  {gradient, kernelProducts}: SharedBatch,
  losses: readonly HeadLoss[],
): Float64Array {
  const owners = ownersOf(losses);
  const width = owners.length;
  const products = new Float64Array(losses.length ** 2);
  for (let a = 0; a < width; a++) {
    for (let b = 0; b < width; b++) {
      let sum = 0;
      for (let row = 0; row < gradient.length; row += width)
        sum += gradient[row + a]! * gradient[row + b]!;
      products[owners[a]! * losses.length + owners[b]!]! += sum * kernelProducts[a * width + b]!;
    }
  }
  return products;
}

/**
 * TAG's affinity (Fifty et al. 2021) by the shared representation h: how much of a head's loss a step along
 * the gradient of another removes, 1 - L_j(h - r g_i) / L_j(h). The step moves the representation of each
 * image by the learning rate r times the gradient of that image's share of the loss as trained, which is the
 * gradient of the batch's mean times the number of images. That changes the logits by -r dZ_i W_iᵀ W, so that
 * the result is exact, without a gradient by h. Computed in float64, as the effect of one step is small.
 *
 * @returns [heads * heads]: rows are the heads that are affected (j), columns those that help (i). NaN where
 *   the loss of j is 0, since none of its labels is known.
 */
export function lookAhead(
  {logits, gradient, kernelProducts, ...batch}: SharedBatch,
  losses: readonly HeadLoss[],
  learningRate: number,
): Float64Array {
  const heads = losses.length;
  const owners = ownersOf(losses);
  const width = owners.length;
  const images = batch.labels.length / heads;
  const before = meanLosses(Float64Array.from(logits), batch, losses);
  const affinity = new Float64Array(heads * heads);
  for (let helper = 0; helper < heads; helper++) {
    const moved = Float64Array.from(logits);
    owners.forEach((owner, a) => {
      if (owner !== helper) return;
      for (let row = 0; row < moved.length; row += width) {
        const step = learningRate * images * gradient[row + a]!;
        for (let b = 0; b < width; b++) moved[row + b]! -= step * kernelProducts[a * width + b]!;
      }
    });
    meanLosses(moved, batch, losses).forEach((loss, head) => {
      affinity[head * heads + helper] = 1 - loss / before[head]!;
    });
  }
  return affinity;
}

/** The loss of each head, as `HeadLoss` says, before its weight. @param logits [images * columns] */
function meanLosses(
  logits: Float64Array,
  {labels, mixed}: Pick<SharedBatch, 'labels' | 'mixed'>,
  losses: readonly HeadLoss[],
): Float64Array {
  const heads = losses.length;
  const images = labels.length / heads;
  const width = logits.length / images;
  let first = 0;
  return Float64Array.from(losses, (loss, head) => {
    const columns = lossColumns([loss])[0]!;
    let sum = 0;
    let count = 0;
    for (let image = 0; image < images; image++) {
      const label = labels[image * heads + head]!;
      if (label === MISSING) continue;
      const from = image * width + first;
      const ofColumns = logits.subarray(from, from + columns);
      const ofImage = columns === 1 ? Float64Array.of(0, ofColumns[0]!) : ofColumns;
      const fraction = mixed?.fractions[image] ?? 0;
      sum += (1 - fraction) * lossOf(ofImage, label, loss);
      if (mixed !== undefined && fraction > 0)
        sum += fraction * lossOf(ofImage, mixed.labels[image * heads + head]!, loss);
      count += 1;
    }
    first += columns;
    return sum / count;
  });
}

/** The loss of one image. @param logits Of the classes of one head. */
function lossOf(
  logits: Float64Array,
  label: number,
  {classWeights, labelSmoothing, focalGamma}: HeadLoss,
): number {
  const classes = logits.length;
  let most = Number.NEGATIVE_INFINITY;
  for (const logit of logits) most = Math.max(most, logit);
  let total = 0;
  for (const logit of logits) total += Math.exp(logit - most);
  const logTotal = most + Math.log(total);
  let loss = 0;
  for (let k = 0; k < classes; k++) {
    const log = logits[k]! - logTotal;
    const target = labelSmoothing / classes + (k === label ? 1 - labelSmoothing : 0);
    const factor =
      focalGamma === 0 ? 1 : Math.max(SMALLEST_COMPLEMENT, 1 - Math.exp(log)) ** focalGamma;
    loss -= target * factor * log;
  }
  return loss * classWeights[label]!;
}

/** For each column of all heads, the index of its head. */
function ownersOf(losses: readonly HeadLoss[]): number[] {
  return headsOfColumns(lossColumns(losses));
}
