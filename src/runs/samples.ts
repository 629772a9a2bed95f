import type {EventOf, SplitMetrics, SystemSample} from './events.js';

/** Means over the images of an epoch so far. */
export type PartialEpoch = {
  /** Epochs since the start of training: 2.25 is a quarter into the third epoch. */
  readonly at: number;
  readonly train: SplitMetrics;
};

/** A sample of the machine, with its time in ISO 8601. */
export type SystemRecord = SystemSample & {readonly at: string};

/** An hour of samples. */
const KEPT_SAMPLES = 720;
/** Points that the curve of an unfinished epoch has at most. */
const PARTIAL_POINTS = 40;

/** The way through an epoch with one more batch. */
export function withBatch(
  points: readonly PartialEpoch[],
  {epoch, batch, batches, train}: EventOf<'batch.ended'>,
): readonly PartialEpoch[] {
  const at = epoch - 1 + batch / batches;
  const part = (place: number): number => Math.floor(place * PARTIAL_POINTS);
  const last = points.at(-1);
  return last !== undefined && part(last.at) === part(at) ? points : [...points, {at, train}];
}

/** The latest samples with one more. */
export function withSample(
  samples: readonly SystemRecord[],
  {seq: _seq, run: _run, type: _type, ...sample}: EventOf<'system.sampled'>,
): readonly SystemRecord[] {
  return [...samples, sample].slice(-KEPT_SAMPLES);
}
