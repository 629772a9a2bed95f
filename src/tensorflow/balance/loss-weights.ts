import {seededRandom} from '../../util/random.js';

/** Added to every loss that is divided by or whose logarithm is taken, as FAMO's authors do. */
const LEAST_LOSS = 1e-8;

/** Temperature of DWA (Liu, Johns and Davison 2019). */
const TEMPERATURE = 2;

/** exp(x) over their sum. */
function softmax(values: Iterable<number>): number[] {
  const list = [...values];
  const most = Math.max(...list);
  const powers = list.map(value => Math.exp(value - most));
  const sum = total(powers);
  return powers.map(power => power / sum);
}

/**
 * Random loss weighting (Lin, Ye, Zhang and Tsang 2021): the softmax of normal numbers.
 *
 * @returns One weight for each head; their sum is 1.
 */
export function randomWeights(heads: number, seed: number): number[] {
  const random = seededRandom(seed);
  // Box and Muller 1958.
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return softmax(Array.from({length: heads}, normal));
}

/**
 * Dynamic weight average (Liu, Johns and Davison 2019, section 3.3): K softmax(r / T), where r is the loss of
 * the epoch before over that of the epoch before that one, and T is 2. A ratio that is unknown is 1.
 *
 * @param last   Mean training loss of each head in the epoch before.
 * @param before The same, one epoch earlier.
 * @returns      One weight for each head; their sum is K, the number of heads.
 */
export function averageWeights(last: Float32Array, before: Float32Array): number[] {
  const ratios = Array.from(last, (loss, head) => {
    const ratio = loss / before[head]!;
    return (Number.isFinite(ratio) ? ratio : 1) / TEMPERATURE;
  });
  return softmax(ratios).map(weight => weight * last.length);
}

/**
 * The weights whose weighted sum has the gradient of the geometric mean of the losses (GLS, Chennupati et al.
 * 2019): for each of K heads, mean / (K loss).
 *
 * @param counts 0 for a head that is left out: its weight is 0.
 */
export function geometricWeights(losses: readonly number[], counts: readonly number[]): number[] {
  const present = losses.flatMap((loss, head) => (counts[head] === 0 ? [] : [loss + LEAST_LOSS]));
  const mean = Math.exp(total(present.map(Math.log)) / present.length);
  return losses.map((loss, head) =>
    counts[head] === 0 ? 0 : mean / (present.length * (loss + LEAST_LOSS)),
  );
}

/**
 * The weights of FAMO (Liu, Feng, Stone and Liu 2023, algorithm 1): z / loss over their sum, where z is the
 * softmax of the logits. They are the gradient of (sum of z log loss) / (sum of z / loss), whose divisor is a
 * constant. The lowest possible loss is taken to be 0.
 *
 * @param counts 0 for a head that is left out: its weight is 0.
 * @returns      Their sum is 1.
 */
export function famoWeights(
  logits: Float32Array,
  losses: readonly number[],
  counts: readonly number[],
): number[] {
  const z = softmax(logits);
  const parts = losses.map((loss, head) =>
    counts[head] === 0 ? 0 : z[head]! / (loss + LEAST_LOSS),
  );
  const sum = total(parts);
  return parts.map(part => (sum === 0 ? 0 : part / sum));
}

/**
 * The gradient of FAMO's logits: by the softmax of the logits, of how much each logarithm of a loss fell in
 * the update. A head whose loss falls more than those of the others loses weight.
 *
 * @param counts 0 for a head that is left out, as if its loss had stayed.
 */
export function famoGradient(
  logits: Float32Array,
  before: readonly number[],
  after: readonly number[],
  counts: readonly number[],
): number[] {
  const z = softmax(logits);
  const falls = before.map((loss, head) =>
    counts[head] === 0 ? 0 : Math.log(loss + LEAST_LOSS) - Math.log(after[head]! + LEAST_LOSS),
  );
  const mean = total(falls.map((fall, head) => fall * z[head]!));
  return falls.map((fall, head) => z[head]! * (fall - mean));
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
