import {countKnown} from '../experiment/missing-label.js';
import type {Batch, BatchResult} from '../tensorflow/training-step.js';
import type {SplitMetrics} from '../runs/events.js';
import type {MetricSumsState} from './checkpoint.js';

/**
 * Sums up batches for the means of an epoch: those of a head over the images whose label is known, the
 * weighted loss over all.
 */
export class MetricSums {
  readonly #heads: readonly string[];
  readonly #headLosses: Float64Array;
  readonly #headCorrect: Float64Array;
  /** Images whose label is known. */
  readonly #headImages: Float64Array;
  /** Sums of the weights of the balance, likewise; undefined without one. */
  #headWeights: Float64Array | undefined;
  #loss: number;
  #images: number;

  /** @param from Sums to continue from. */
  constructor(heads: readonly string[], from: MetricSumsState = noSums(heads)) {
    this.#heads = heads;
    this.#headLosses = Float64Array.from(from.headLosses);
    this.#headCorrect = Float64Array.from(from.headCorrect);
    this.#headImages = Float64Array.from(from.headImages ?? heads.map(() => from.images));
    this.#headWeights = from.headWeights && Float64Array.from(from.headWeights);
    this.#loss = from.loss;
    this.#images = from.images;
  }

  state(): MetricSumsState {
    return {
      headLosses: [...this.#headLosses],
      headCorrect: [...this.#headCorrect],
      headImages: [...this.#headImages],
      ...(this.#headWeights && {headWeights: [...this.#headWeights]}),
      loss: this.#loss,
      images: this.#images,
    };
  }

  get images(): number {
    return this.#images;
  }

  add(result: BatchResult, {labels, size}: Pick<Batch, 'labels' | 'size'>): void {
    const labelCounts = countKnown(labels, this.#heads.length);
    this.#images += size;
    this.#loss += result.loss * size;
    for (let head = 0; head < this.#heads.length; head++) {
      this.#headImages[head]! += labelCounts[head]!;
      this.#headLosses[head]! += (result.headLosses[head] ?? Number.NaN) * labelCounts[head]!;
      this.#headCorrect[head]! += result.headCorrect[head] ?? Number.NaN;
    }
    if (result.weights === undefined) return;
    const sums = (this.#headWeights ??= new Float64Array(this.#heads.length));
    result.weights.forEach((weight, head) => (sums[head]! += weight * labelCounts[head]!));
  }

  /** Mean weight that the balance gave each head so far; undefined without a balance. */
  weights(): Readonly<Record<string, number>> | undefined {
    const sums = this.#headWeights;
    return (
      sums &&
      Object.fromEntries(
        this.#heads.map((head, index) => [head, sums[index]! / this.#headImages[index]!]),
      )
    );
  }

  /** Means so far; NaN before the first batch, and for a head without a known label. */
  means(): SplitMetrics {
    const heads = this.#heads.map((head, index) => [
      head,
      {
        loss: this.#headLosses[index]! / this.#headImages[index]!,
        accuracy: this.#headCorrect[index]! / this.#headImages[index]!,
      },
    ]);
    return {
      loss: this.#loss / this.#images,
      heads: Object.fromEntries(heads) as SplitMetrics['heads'],
    };
  }
}

function noSums(heads: readonly string[]): MetricSumsState {
  const zeros = heads.map(() => 0);
  return {headLosses: zeros, headCorrect: zeros, loss: 0, images: 0};
}
