import {setImmediate as yieldToMessages} from 'node:timers/promises';
import type {TrainingStep} from '../tensorflow/training-step.js';
import {UserError} from '../util/user-error.js';
import {batchCount, batchesOf, type BatchPlan} from './batches.js';
import type {TrainingContext} from './context.js';
import type {MetricSums} from './metrics.js';

const BATCH_EVENT_MS = 100;

type EpochRun = {
  readonly context: TrainingContext;
  readonly step: TrainingStep;
  readonly model: string;
  readonly epoch: number;
  readonly plan: BatchPlan;
  /** Batches of this epoch that were trained before the checkpoint; they are skipped. */
  readonly skipBatches: number;
  readonly sums: MetricSums;
  /** Rate of the batch at this position of the epoch. */
  readonly learningRate: (batch: number) => number;
  /** After each batch; `batches` of this epoch are done. */
  readonly afterBatch: (batches: number) => Promise<void>;
};

export type EpochPass = {
  /** Batches done, with those before the checkpoint; fewer than all when stopped. */
  readonly batches: number;
  /** Without pauses. */
  readonly seconds: number;
  readonly imagesPerSecond: number;
};

/** Trains on all images once, or until it is stopped. */
export async function trainEpoch(run: EpochRun): Promise<EpochPass> {
  const {context, step, plan, sums} = run;
  const {control, clock} = context;
  const batches = batchCount(plan.order.length, plan.batchSize);
  const imagesBefore = sums.images;
  const watch = new StopWatch(clock);
  const rate = (): number => (sums.images - imagesBefore) / Math.max(watch.seconds(), 1e-9);
  let done = run.skipBatches;
  let reportedAt = Number.NEGATIVE_INFINITY;

  const remaining = {...plan, order: plan.order.subarray(done * plan.batchSize)};
  for await (const batch of batchesOf(remaining)) {
    if (control.isPaused) await pauseUntilResumed(context, watch);
    if (control.shouldStop) break;
    const result = await step.trainBatch(batch, run.learningRate(done));
    done += 1;
    assertFinite(result.headLosses, run, done);
    sums.add(result, batch.size);
    if (clock() - reportedAt >= BATCH_EVENT_MS || done === batches) {
      reportedAt = clock();
      context.emit({
        type: 'batch.ended',
        model: run.model,
        epoch: run.epoch,
        batch: done,
        batches,
        train: sums.means(),
        imagesPerSecond: rate(),
        memoryBytes: context.memoryBytes(),
      });
    }
    await run.afterBatch(done);
    // Promises alone would never let a message of the parent in.
    await yieldToMessages();
  }
  return {batches: done, seconds: watch.seconds(), imagesPerSecond: rate()};
}

async function pauseUntilResumed(
  {control, emit}: TrainingContext,
  watch: StopWatch,
): Promise<void> {
  watch.pause();
  emit({type: 'run.paused'});
  await control.whilePaused();
  emit({type: 'run.resumed'});
  watch.resume();
}

function assertFinite(losses: readonly number[], run: EpochRun, batch: number): void {
  const index = losses.findIndex(loss => !Number.isFinite(loss));
  if (index === -1) return;
  const head = run.context.dataset.heads[run.plan.headPositions[index] ?? 0] ?? run.model;
  throw new UserError(
    `${run.model}: the loss of ${head} became ${losses[index]} in epoch ${run.epoch}, batch ${batch}. Expected a finite number.`,
    {hint: 'Use a smaller learning rate, or warmupEpochs.', exitCode: 1},
  );
}

/** Counts time, except while paused. */
class StopWatch {
  readonly #clock: () => number;
  #since: number | undefined;
  #countedMs = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
    this.#since = clock();
  }

  pause(): void {
    this.#countedMs = this.#elapsedMs();
    this.#since = undefined;
  }

  resume(): void {
    this.#since = this.#clock();
  }

  seconds(): number {
    return this.#elapsedMs() / 1000;
  }

  #elapsedMs(): number {
    return this.#countedMs + (this.#since === undefined ? 0 : this.#clock() - this.#since);
  }
}
