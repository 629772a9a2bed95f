/**
 * Everything that can happen to a run, in the past tense. The same objects are written to
 * `events.jsonl`, printed by `--json`, and sent from the trainer to its parent.
 */

import type {FinishedStatus} from './status.js';

/** Loss (cross-entropy, nats) and accuracy (0 to 1) of one head. NaN is possible and kept. */
export type HeadMetrics = {readonly loss: number; readonly accuracy: number};

/** `loss` is the weighted sum over the heads: what the optimiser minimises. */
export type SplitMetrics = {
  readonly loss: number;
  readonly heads: Readonly<Record<string, HeadMetrics>>;
};

/** Milliseconds from the bytes of images in memory to the probabilities of a network's heads. */
export type InferenceTimes = {
  /** For one image. */
  readonly imageMs: number;
  /** For a batch of `batchImages`. */
  readonly batchMs: number;
  readonly batchImages: number;
};

export type LogLevel = 'info' | 'warning' | 'error';

/** What the trainer reports, before it is numbered, dated and attributed to a run. */
export type RunFact =
  | {
      readonly type: 'run.started';
      readonly experiment: string;
      readonly heads: readonly string[];
      /** In the order in which they train: one for each head when the kind is `separate`. */
      readonly models: readonly {
        readonly name: string;
        readonly heads: readonly string[];
        readonly parameters: number;
      }[];
      readonly epochs: number;
      readonly backend: string;
      readonly pid: number;
      /** When that process began, where the system tells it. */
      readonly processStart?: string;
    }
  /** After `run.started` of a run that goes on: from here, as if it had never stopped. */
  | {
      readonly type: 'run.continued';
      /** Models that had ended. */
      readonly ended: readonly string[];
      /** The model under way; none before the first checkpoint and between two models. */
      readonly model?: string;
      /** Its next epoch, and batches of that epoch already done. */
      readonly epoch: number;
      readonly batches: number;
    }
  /** Thinned to 10 a second, always with the last: images drawn for the sample set, or read and scaled. */
  | {
      readonly type: 'data.progressed';
      readonly what: 'drawing' | 'indexing' | 'reading';
      readonly done: number;
      readonly total: number;
    }
  | {
      readonly type: 'data.loaded';
      readonly source: string;
      readonly trainImages: number;
      readonly validationImages: number;
      /** Share of the majority class of each head in the validation split, 0.5 to 1. */
      readonly baselines: Readonly<Record<string, number>>;
      readonly seconds: number;
      /** What the data warns of for as long as the results are read: a head with one class, sizes. */
      readonly warnings?: readonly string[];
    }
  | {
      readonly type: 'model.started';
      readonly model: string;
      readonly heads: readonly string[];
      readonly step: 'graph' | 'layers';
    }
  | {
      readonly type: 'epoch.started';
      readonly model: string;
      /** 1 is the first. */
      readonly epoch: number;
      readonly batches: number;
    }
  /** Means over the epoch so far. Thinned to 10 a second, always with the last of the epoch. */
  | {
      readonly type: 'batch.ended';
      readonly model: string;
      readonly epoch: number;
      readonly batch: number;
      readonly batches: number;
      readonly train: SplitMetrics;
      readonly imagesPerSecond: number;
      readonly memoryBytes: number;
    }
  | {
      readonly type: 'epoch.ended';
      readonly model: string;
      readonly epoch: number;
      readonly train: SplitMetrics;
      readonly validation: SplitMetrics;
      readonly learningRate: number;
      /** Without validation. */
      readonly trainSeconds: number;
      /** With validation. */
      readonly seconds: number;
      readonly imagesPerSecond: number;
      readonly memoryBytes: number;
    }
  | {
      readonly type: 'checkpoint.saved';
      readonly model: string;
      readonly epoch: number;
      /** Relative to the run's folder. */
      readonly path: string;
    }
  | {readonly type: 'run.paused'}
  | {readonly type: 'run.resumed'}
  /** Its program is gone without having let go of it: it ends with a checkpoint. */
  | {readonly type: 'run.orphaned'}
  | {readonly type: 'log.written'; readonly level: LogLevel; readonly message: string}
  | {
      readonly type: 'model.ended';
      readonly model: string;
      readonly epochs: number;
      readonly bestEpoch: number;
      readonly train: SplitMetrics;
      readonly validation: SplitMetrics;
      /** Training and validation of all epochs. */
      readonly seconds: number;
      /** Medians; logs of before it was measured are without. */
      readonly inference?: InferenceTimes;
    }
  | {
      readonly type: 'run.finished';
      readonly status: FinishedStatus;
      readonly seconds: number;
      readonly peakMemoryBytes: number;
    }
  | {
      readonly type: 'run.failed';
      readonly message: string;
      readonly hint?: string;
      readonly exitCode: 1 | 2 | 3 | 4;
    };

export type RunEvent = RunFact & {
  /** 1 for the first event of a run, then without a gap. */
  readonly seq: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly run: string;
};

export type EventType = RunFact['type'];
export type EventOf<T extends EventType> = Extract<RunEvent, {type: T}>;

/** Nothing follows one of these in a run's log. */
export function isTerminal(
  event: RunEvent,
): event is EventOf<'run.finished'> | EventOf<'run.failed'> {
  return event.type === 'run.finished' || event.type === 'run.failed';
}
