import type {BatchResult} from '../tensorflow/training-step.js';
import type {SplitMetrics} from '../runs/events.js';
import type {MetricSumsState} from './checkpoint.js';

/** Sums up batches, weighted by their size, for the means of an epoch. */
export class MetricSums {
  readonly #heads: readonly string[];
  readonly #headLosses: Float64Array;
  readonly #headCorrect: Float64Array;
  #loss: number;
  #images: number;

  /** @param from Sums to continue from. */
  constructor(heads: readonly string[], from?: MetricSumsState) {
    this.#heads = heads;
    this.#headLosses = Float64Array.from(from?.headLosses ?? heads.map(() => 0));
    this.#headCorrect = Float64Array.from(from?.headCorrect ?? heads.map(() => 0));
    this.#loss = from?.loss ?? 0;
    this.#images = from?.images ?? 0;
  }

  state(): MetricSumsState {
    return {
      headLosses: [...this.#headLosses],
      headCorrect: [...this.#headCorrect],
      loss: this.#loss,
      images: this.#images,
    };
  }

  get images(): number {
    return this.#images;
  }

  add(result: BatchResult, size: number): void {
    this.#images += size;
    this.#loss += result.loss * size;
    for (let head = 0; head < this.#heads.length; head++) {
      this.#headLosses[head]! += (result.headLosses[head] ?? Number.NaN) * size;
      this.#headCorrect[head]! += result.headCorrect[head] ?? Number.NaN;
    }
  }

  /** Means so far; NaN before the first batch. */
  means(): SplitMetrics {
    const heads = this.#heads.map((head, index) => [
      head,
      {
        loss: this.#headLosses[index]! / this.#images,
        accuracy: this.#headCorrect[index]! / this.#images,
      },
    ]);
    return {
      loss: this.#loss / this.#images,
      heads: Object.fromEntries(heads) as SplitMetrics['heads'],
    };
  }
}
