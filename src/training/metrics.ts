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
  #loss: number;
  #images: number;

  /** @param from Sums to continue from. */
  constructor(heads: readonly string[], from?: MetricSumsState) {
    this.#heads = heads;
    this.#headLosses = Float64Array.from(from?.headLosses ?? heads.map(() => 0));
    this.#headCorrect = Float64Array.from(from?.headCorrect ?? heads.map(() => 0));
    this.#headImages = Float64Array.from(from?.headImages ?? heads.map(() => from?.images ?? 0));
    this.#loss = from?.loss ?? 0;
    this.#images = from?.images ?? 0;
  }

  state(): MetricSumsState {
    return {
      headLosses: [...this.#headLosses],
      headCorrect: [...this.#headCorrect],
      headImages: [...this.#headImages],
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
