import {setImmediate as yieldToMessages} from 'node:timers/promises';
import type {TrainingStep, UpdateGroup} from '../tensorflow/training-step.js';
import type {AffinityAverages} from './affinity.js';
import {batchCount, batchesOf, type BatchPlan} from './batches.js';
import type {TrainingContext} from './context.js';
import {Diverged} from './diverged.js';
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
  /** How heads affect each other; undefined where that is not measured. */
  readonly affinity: AffinityAverages | undefined;
  /** Batches of one update of the weights. */
  readonly accumulate: number;
  /** Rate of the batch at this position of the epoch. */
  readonly learningRate: (batch: number) => number;
  /** After each update; `batches` of this epoch are done. */
  readonly afterUpdate: (batches: number) => Promise<void>;
};

export type EpochPass = {
  /** Batches done, with those before the checkpoint; fewer than all when stopped. */
  readonly batches: number;
  /** Without pauses. */
  readonly seconds: number;
  readonly imagesPerSecond: number;
};

/**
 * Trains on all images once, or until it is stopped. Pauses and stops after an update only, so that no
 * checkpoint is in the middle of one.
 */
export async function trainEpoch(run: EpochRun): Promise<EpochPass> {
  const {context, step, plan, sums} = run;
  const {control, clock} = context;
  const batches = batchCount(plan.order.length, plan.batchSize);
  const imagesBefore = sums.images;
  const watch = new StopWatch(clock);
  const rate = (): number => (sums.images - imagesBefore) / Math.max(watch.seconds(), 1e-9);
  let done = run.skipBatches;
  let reportedAt = Number.NEGATIVE_INFINITY;

  for await (const batch of batchesOf(plan, done)) {
    const group = updateGroup(plan, run.accumulate, done);
    if (group.index === 0) {
      if (control.isPaused) await pauseUntilResumed(context, watch);
      if (control.shouldStop) break;
    }
    const measure = run.affinity?.measures(done);
    const result = await step.trainBatch(batch, run.learningRate(done), group, measure);
    if (result.affinity !== undefined) run.affinity?.add(result.affinity);
    done += 1;
    assertFinite(result.headLosses, run, done, batches);
    sums.add(result, batch);
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
    if (group.isLast) await run.afterUpdate(done);
    // Promises alone would never let a message of the parent in.
    await yieldToMessages();
  }
  return {batches: done, seconds: watch.seconds(), imagesPerSecond: rate()};
}

/**
 * The place among the batches of an update of the batch that follows `done` others. The last update of an
 * epoch may have fewer batches.
 *
 * @param accumulate Batches of an update.
 */
export function updateGroup(
  {order, batchSize}: Pick<BatchPlan, 'order' | 'batchSize'>,
  accumulate: number,
  done: number,
): UpdateGroup {
  const index = done % accumulate;
  const images = Math.min(order.length, (done + 1) * batchSize);
  return {
    index,
    images: images - (done - index) * batchSize,
    isLast: index === accumulate - 1 || images === order.length,
  };
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

function assertFinite(
  losses: readonly number[],
  {context, plan, model, epoch, learningRate}: EpochRun,
  batch: number,
  batches: number,
): void {
  const index = losses.findIndex(loss => !Number.isFinite(loss));
  if (index === -1) return;
  const head = context.dataset.heads[plan.headPositions[index] ?? 0] ?? model;
  const rate = Number(learningRate(batch - 1).toPrecision(3));
  throw new Diverged(
    `${model}: the loss of ${head} became ${losses[index]} in epoch ${epoch}, batch ${batch} of ${batches}, with a learning rate of ${rate}. Expected a finite number.`,
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
