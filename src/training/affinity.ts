import type {AffinityFile, AffinityMatrix} from '../runs/affinity-file.js';
import type {EventOf} from '../runs/events.js';
import type {TrainingDefinition} from '../experiment/schema.js';
import type {AffinitySumsState, AffinityState} from './checkpoint.js';
import {mean} from '../util/sum.js';

type AffinityOptions = NonNullable<TrainingDefinition['affinity']>;

/** Float32 digits: the same bits give the same text. */
const DIGITS = 7;

/** Averages how heads affect each other over the measured batches of an epoch, and of the whole run. */
export class AffinityAverages {
  readonly #options: AffinityOptions;
  readonly #heads: readonly string[];
  readonly #run: MatrixSums;
  readonly #epoch: MatrixSums;

  /** @param from Sums to continue from; without those of an epoch, a new one begins. */
  constructor(options: AffinityOptions, heads: readonly string[], from?: AffinityState) {
    this.#options = options;
    this.#heads = heads;
    this.#run = new MatrixSums(heads.length, from?.run);
    this.#epoch = new MatrixSums(heads.length, from?.epoch);
  }

  /** Whether the batch that follows `done` others of the epoch is measured; the first one always is. */
  measures(done: number): boolean {
    return done % this.#options.every === 0;
  }

  add(matrix: Float64Array): void {
    this.#run.add(matrix);
    this.#epoch.add(matrix);
  }

  /** What a checkpoint in the middle of an epoch, or after its end, keeps. */
  state(isEnd: boolean): AffinityState {
    return {run: this.#run.state(), ...(isEnd ? {} : {epoch: this.#epoch.state()})};
  }

  /** The means after an epoch. */
  file(epoch: number): AffinityFile {
    const {method, every} = this.#options;
    return {
      ...{method, every, steps: this.#run.steps, names: [...this.#heads]},
      matrix: this.#run.means(),
      lastEpoch: {epoch, steps: this.#epoch.steps, matrix: this.#epoch.means()},
    };
  }

  /** The pairs of different heads of an epoch in short. */
  summary(): Omit<EventOf<'affinity.measured'>, 'type' | 'model' | 'epoch' | 'seq' | 'at' | 'run'> {
    const pairs = this.#epoch
      .means()
      .flatMap((row, affected) =>
        row.flatMap((value, helper) =>
          value === null || affected === helper
            ? []
            : [{affected: this.#heads[affected]!, helper: this.#heads[helper]!, value}],
        ),
      )
      .sort((a, b) => a.value - b.value);
    const [lowest, highest] = [pairs[0], pairs.at(-1)];
    const {method} = this.#options;
    const {steps} = this.#epoch;
    if (lowest === undefined || highest === undefined) return {method, steps};
    return {method, steps, mean: rounded(mean(pairs.map(({value}) => value))), lowest, highest};
  }
}

/** Sums of square matrices, each element over the batches in which it is a number. */
class MatrixSums {
  readonly #size: number;
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;
  #steps: number;

  constructor(size: number, from?: AffinitySumsState) {
    this.#size = size;
    this.#sums = Float64Array.from(from?.sums ?? new Float64Array(size * size));
    this.#counts = Float64Array.from(from?.counts ?? new Float64Array(size * size));
    this.#steps = from?.steps ?? 0;
  }

  get steps(): number {
    return this.#steps;
  }

  add(matrix: Float64Array): void {
    this.#steps += 1;
    matrix.forEach((value, at) => {
      if (!Number.isFinite(value)) return;
      this.#sums[at]! += value;
      this.#counts[at]! += 1;
    });
  }

  state(): AffinitySumsState {
    return {steps: this.#steps, sums: [...this.#sums], counts: [...this.#counts]};
  }

  means(): AffinityMatrix {
    return Array.from({length: this.#size}, (_, row) =>
      Array.from({length: this.#size}, (__, column) => {
        const at = row * this.#size + column;
        return this.#counts[at] === 0 ? null : rounded(this.#sums[at]! / this.#counts[at]!);
      }),
    );
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
