/**
 * Everything that can happen to a run, in the past tense. The same objects are written to
 * `events.jsonl`, printed by `--json`, and sent from the trainer to its parent.
 */
import * as z from 'zod';
import {HeadDecisions} from '../experiment/decision.js';
import {FINISHED} from './status.js';

const text = z.string();
/** JSON has no words for these numbers: lines of a log carry their names. */
const notFinite = {NaN: Number.NaN, Infinity: Infinity, '-Infinity': -Infinity};
const number = z.union([
  z.number(),
  z.enum(['NaN', 'Infinity', '-Infinity']).transform(name => notFinite[name]),
]);

/** Cross-entropy in nats, and accuracy from 0 to 1. NaN is possible and recorded. */
const HeadMetrics = z.object({loss: number, accuracy: number});

const SplitMetrics = z.object({
  /** Sum over the heads, each with its weight of `training.lossWeights`: without a balance, what is minimised. */
  loss: number,
  heads: z.record(text, HeadMetrics).readonly(),
});
export type SplitMetrics = Readonly<z.infer<typeof SplitMetrics>>;

/** Milliseconds from the bytes of images in memory to the probabilities of a network's heads. */
const InferenceTimes = z.object({
  /** For one image. */
  imageMs: number,
  /** For a batch of `batchImages`. */
  batchMs: number,
  batchImages: number,
});
export type InferenceTimes = Readonly<z.infer<typeof InferenceTimes>>;

/** What the trainer takes of its machine; means since the sample before. */
const SystemSample = z.object({
  /** Fraction of all processors that the trainer may use, 0 to 1. */
  processor: number,
  memoryBytes: number,
  /** Mean over the epoch in progress. */
  imagesPerSecond: number.optional(),
  /** Use of the first NVIDIA card; absent without one. */
  gpu: z.object({utilization: number, memoryBytes: number}).readonly().optional(),
});
export type SystemSample = Readonly<z.infer<typeof SystemSample>>;

/** How a head affects another: the cosine of their gradients, or TAG's fraction. */
const AffinityPair = z.object({affected: text, helper: text, value: number}).readonly();
export type AffinityPair = z.infer<typeof AffinityPair>;

const LogLevel = z.enum(['info', 'warning', 'error']);
export type LogLevel = z.infer<typeof LogLevel>;

const heads = z.array(text).readonly();

/** A report of the trainer, before it is numbered, dated and attributed to a run. */
const RunFact = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run.started'),
    experiment: text,
    heads,
    /** In the order in which they train: one for each head when the kind is `separate`. */
    models: z.array(z.object({name: text, heads, parameters: number})).readonly(),
    epochs: number,
    backend: text,
    pid: number,
    /** When that process began, where the system tells it. */
    processStart: text.optional(),
  }),
  /** Follows `run.started` when a run resumes: from here, as if it had never stopped. */
  z.object({
    type: z.literal('run.continued'),
    /** Models that had ended. */
    ended: z.array(text).readonly(),
    /** The model in training; none before the first checkpoint and between two models. */
    model: text.optional(),
    /** Its next epoch, and batches of that epoch already done. */
    epoch: number,
    batches: number,
  }),
  /** Thinned to 10 a second, always with the last: images drawn for the sample set, or read and scaled. */
  z.object({
    type: z.literal('data.progressed'),
    what: z.enum(['drawing', 'indexing', 'reading']),
    done: number,
    total: number,
  }),
  z.object({
    type: z.literal('data.loaded'),
    source: text,
    trainImages: number,
    validationImages: number,
    /** Where the split has a test part. */
    testImages: number.optional(),
    /** Fraction of the majority class of each head in the validation part, 0.5 to 1. */
    baselines: z.record(text, number).readonly(),
    seconds: number,
    /** Warnings that concern the results: a head with one class, sizes. */
    warnings: z.array(text).readonly().optional(),
  }),
  z.object({
    type: z.literal('model.started'),
    model: text,
    heads,
    step: z.enum(['graph', 'layers']),
    /** Absent for float32. */
    precision: z.literal('bfloat16').optional(),
  }),
  /** Epoch 1 is the first. */
  z.object({type: z.literal('epoch.started'), model: text, epoch: number, batches: number}),
  /** Means over the epoch so far. Thinned to 10 a second, always with the last of the epoch. */
  z.object({
    type: z.literal('batch.ended'),
    model: text,
    epoch: number,
    batch: number,
    batches: number,
    train: SplitMetrics,
    imagesPerSecond: number,
    memoryBytes: number,
  }),
  z.object({
    type: z.literal('epoch.ended'),
    model: text,
    epoch: number,
    train: SplitMetrics,
    validation: SplitMetrics,
    /** Mean weight that `training.balance` gave each head; absent without it. */
    weights: z.record(text, number).readonly().optional(),
    learningRate: number,
    /** Without validation. */
    trainSeconds: number,
    /** With validation. */
    seconds: number,
    imagesPerSecond: number,
    memoryBytes: number,
    /** The epoch whose weights are kept so far; 0 before one has a finite loss. */
    bestEpoch: number.optional(),
  }),
  /** The affinities of different heads in an epoch, in short; the rest is in `affinity.json`. */
  z.object({
    type: z.literal('affinity.measured'),
    model: text,
    epoch: number,
    method: z.enum(['gradient-cosine', 'tag']),
    /** Batches that were measured. */
    steps: number,
    /** Absent where no pair of heads had a value. */
    mean: number.optional(),
    lowest: AffinityPair.optional(),
    highest: AffinityPair.optional(),
  }),
  SystemSample.extend({type: z.literal('system.sampled')}),
  /** `path` is relative to the run's folder. */
  z.object({type: z.literal('checkpoint.saved'), model: text, epoch: number, path: text}),
  z.object({type: z.literal('run.paused')}),
  z.object({type: z.literal('run.resumed')}),
  /** The program of the run was killed: the trainer ends with a checkpoint. */
  z.object({type: z.literal('run.orphaned')}),
  z.object({type: z.literal('log.written'), level: LogLevel, message: text}),
  z.object({
    type: z.literal('model.ended'),
    model: text,
    epochs: number,
    bestEpoch: number,
    train: SplitMetrics,
    validation: SplitMetrics,
    /** Where the split has a test part. */
    test: SplitMetrics.optional(),
    /**
     * How the heads decide; absent where all have the plain decision. `validation` and `test` are
     * with these, `train` is with the plain ones.
     */
    decisions: HeadDecisions.readonly().optional(),
    /**
     * Only with `model.answeredBy: best`: its outputs whose heads no network before it has, or that are better
     * than there, by their validation images; of several outputs of a head, the best one.
     */
    answers: heads.optional(),
    /** Training and validation of all epochs. */
    seconds: number,
    /** Medians. */
    inference: InferenceTimes.optional(),
  }),
  z.object({
    type: z.literal('run.finished'),
    status: z.enum(FINISHED),
    seconds: number,
    peakMemoryBytes: number,
  }),
  z.object({
    type: z.literal('run.failed'),
    message: text,
    hint: text.optional(),
    exitCode: z.literal([1, 2, 3, 4]),
  }),
]);
export type RunFact = z.infer<typeof RunFact>;

const Stamp = z.object({
  /** 1 for the first event of a run, then without a gap. */
  seq: number,
  /** ISO 8601 in UTC. */
  at: text,
  run: text,
});
export type RunEvent = RunFact & Readonly<z.infer<typeof Stamp>>;

export type EventOf<T extends RunFact['type']> = Extract<RunEvent, {type: T}>;

/** Whether the event is the last one in a run's log. */
export function isTerminal(
  event: RunEvent,
): event is EventOf<'run.finished'> | EventOf<'run.failed'> {
  return event.type === 'run.finished' || event.type === 'run.failed';
}

/** One line of `events.jsonl`, without the line end. */
export function encodeEvent(event: RunEvent): string {
  return JSON.stringify(event, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
}

/** The event in one line of a log, or undefined where the line is torn or is no event. */
export function decodeEvent(line: string): RunEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return Object.assign(RunFact.parse(value), Stamp.parse(value));
  } catch {
    return undefined;
  }
}
