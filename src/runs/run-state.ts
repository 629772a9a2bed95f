import type {EventOf, InferenceTimes, LogLevel, RunEvent, SplitMetrics} from './events.js';
import type {Part} from '../experiment/parts.js';
import {answering, outputOf} from '../model/answering.js';
import {assertNever} from '../util/assert-never.js';
import {withBatch, withSample, type PartialEpoch, type SystemRecord} from './samples.js';
import {failedStatus, type RunStatus} from './status.js';
import {ownValue} from '../util/own-value.js';
import type {ProcessIdentity} from '../util/process-identity.js';
import {sum} from '../util/sum.js';

export type EpochRecord = Pick<
  EventOf<'epoch.ended'>,
  | 'epoch'
  | 'train'
  | 'validation'
  | 'weights'
  | 'learningRate'
  | 'trainSeconds'
  | 'seconds'
  | 'imagesPerSecond'
  | 'bestEpoch'
>;

export type ModelState = {
  readonly name: string;
  readonly heads: readonly string[];
  readonly parameters: number;
  readonly status: 'waiting' | 'training' | 'ended';
  readonly step: 'graph' | 'layers' | undefined;
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number | undefined;
  /** With the best weights, once the model has ended. */
  readonly final: Pick<EventOf<'model.ended'>, Part | 'decisions'> | undefined;
  readonly seconds: number | undefined;
  readonly inference: InferenceTimes | undefined;
  /** See `EventOf<'model.ended'>`: undefined where the first network with a head answers it. */
  readonly answers: readonly string[] | undefined;
};

export type LogLine = {readonly at: string; readonly level: LogLevel; readonly message: string};

export type RunState = {
  readonly id: string;
  /** As the log tells; `RunRecord.status` knows whether the trainer still lives. */
  readonly status: RunStatus;
  readonly experiment: string;
  readonly heads: readonly string[];
  readonly epochs: number;
  readonly backend: string;
  /** The process that trains it, as far as the log knows. */
  readonly trainer: ProcessIdentity | undefined;
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  /** Images read, of all. */
  readonly loading: Pick<EventOf<'data.progressed'>, 'what' | 'done' | 'total'> | undefined;
  readonly data: EventOf<'data.loaded'> | undefined;
  readonly models: readonly ModelState[];
  /** Name of the model in training. */
  readonly current: string | undefined;
  /** The epoch in progress. */
  readonly epoch: number;
  readonly batch: EventOf<'batch.ended'> | undefined;
  /** The way to `batch`, thinned; empty once the epoch has its numbers. */
  readonly partial: readonly PartialEpoch[];
  /** The latest samples of the machine. */
  readonly system: readonly SystemRecord[];
  readonly memoryBytes: number;
  readonly checkpointEpoch: number | undefined;
  readonly log: readonly LogLine[];
  readonly failure:
    | {readonly message: string; readonly hint: string | undefined; readonly exitCode: number}
    | undefined;
  readonly seconds: number | undefined;
  readonly lastSeq: number;
};

const KEPT_LOG_LINES = 500;

export function initialRunState(id: string): RunState {
  return {
    id,
    status: 'queued',
    experiment: '',
    heads: [],
    epochs: 0,
    backend: '',
    trainer: undefined,
    startedAt: undefined,
    endedAt: undefined,
    loading: undefined,
    data: undefined,
    models: [],
    current: undefined,
    epoch: 0,
    batch: undefined,
    partial: [],
    system: [],
    memoryBytes: 0,
    checkpointEpoch: undefined,
    log: [],
    failure: undefined,
    seconds: undefined,
    lastSeq: 0,
  };
}

/** The state after one more event: the one place where events become what people see. */
export function reduceRun(run: RunState, event: RunEvent): RunState {
  return foldEvents(run, [event]);
}

/** The state after many events. */
export function foldEvents(before: RunState, events: readonly RunEvent[]): RunState {
  // A history is copied once and not once for each epoch, of which there may be a hundred thousand.
  const copies = new Set<readonly EpochRecord[]>();
  const state = events.reduce((run, event) => applyEvent(run, event, copies), before);
  const last = events.at(-1);
  return last === undefined ? state : {...state, lastSeq: last.seq};
}

/** @param copies Histories that may be changed: no other state has them. */
function applyEvent(run: RunState, event: RunEvent, copies: Set<readonly EpochRecord[]>): RunState {
  switch (event.type) {
    case 'run.started':
      return started(run, event);
    case 'run.continued':
      return continued(run, event);
    case 'data.progressed':
      return {...run, loading: {what: event.what, done: event.done, total: event.total}};
    case 'data.loaded':
      return {...run, loading: undefined, data: event};
    case 'model.started':
      return {
        ...run,
        models: withModel(run, event.model, {status: 'training', step: event.step}),
        status: 'running',
        current: event.model,
        epoch: 0,
        batch: undefined,
        partial: [],
      };
    case 'epoch.started':
      return {...run, epoch: event.epoch, batch: undefined, partial: []};
    case 'batch.ended':
      return {
        ...run,
        batch: event,
        partial: withBatch(run.partial, event),
        memoryBytes: event.memoryBytes,
      };
    case 'system.sampled':
      return {...run, system: withSample(run.system, event)};
    case 'epoch.ended':
      return epochEnded(run, event, copies);
    case 'checkpoint.saved':
      return {...run, checkpointEpoch: event.epoch};
    case 'run.paused':
      return {...run, status: 'paused'};
    case 'run.resumed':
      return {...run, status: 'running'};
    case 'run.orphaned':
    case 'affinity.measured':
      return run;
    case 'log.written': {
      const line = {at: event.at, level: event.level, message: event.message};
      return {...run, log: [...run.log, line].slice(-KEPT_LOG_LINES)};
    }
    case 'model.ended': {
      const {train, validation, test, decisions, bestEpoch, seconds, inference, answers} = event;
      const final = {train, validation, test, decisions};
      const ended = {status: 'ended', bestEpoch, final, seconds, inference, answers} as const;
      return {...run, models: withModel(run, event.model, ended)};
    }
    case 'run.finished':
      return {
        ...run,
        status: event.status,
        endedAt: event.at,
        seconds: event.seconds,
        loading: undefined,
      };
    case 'run.failed':
      return {
        ...run,
        status: failedStatus(event.exitCode),
        endedAt: event.at,
        loading: undefined,
        failure: {message: event.message, hint: event.hint, exitCode: event.exitCode},
      };
    default:
      return assertNever(event);
  }
}

/** What a network has once it has ended. */
const noResult = {
  ...{bestEpoch: undefined, final: undefined, seconds: undefined},
  ...{inference: undefined, answers: undefined},
};

/** A resumed run starts again in the same log: the histories of its models stay. */
function started(run: RunState, event: EventOf<'run.started'>): RunState {
  const byName = new Map(run.models.map(model => [model.name, model]));
  return {
    ...run,
    status: 'starting',
    experiment: event.experiment,
    heads: event.heads,
    epochs: event.epochs,
    backend: event.backend,
    trainer: {pid: event.pid, start: event.processStart},
    startedAt: run.startedAt ?? event.at,
    endedAt: undefined,
    failure: undefined,
    models: event.models.map(
      model =>
        byName.get(model.name) ?? {
          ...model,
          status: 'waiting',
          step: undefined,
          history: [],
          ...noResult,
        },
    ),
  };
}

/** Removes the epochs after the checkpoint, which are trained again. */
function continued(run: RunState, event: EventOf<'run.continued'>): RunState {
  const models = run.models.map((model): ModelState => {
    if (event.ended.includes(model.name)) return model;
    const epochs = model.name === event.model ? event.epoch - 1 : 0;
    const history = model.history.filter(({epoch}) => epoch <= epochs);
    return {...model, ...noResult, status: 'waiting', history};
  });
  return {...run, models};
}

function epochEnded(
  run: RunState,
  event: EventOf<'epoch.ended'>,
  copies: Set<readonly EpochRecord[]>,
): RunState {
  const model = run.models.find(({name}) => name === event.model);
  if (model === undefined) return run;
  const {epoch, train, validation, weights, learningRate, bestEpoch} = event;
  const {trainSeconds, seconds, imagesPerSecond} = event;
  const history = (copies.has(model.history) ? model.history : [...model.history]) as EpochRecord[];
  copies.add(history);
  // A run that resumed from a checkpoint repeats the epochs after it: they replace the former ones.
  while ((history.at(-1)?.epoch ?? -Infinity) >= epoch) history.pop();
  history.push({
    ...{epoch, train, validation, learningRate, trainSeconds, seconds, imagesPerSecond},
    ...(weights && {weights}),
    ...(bestEpoch === undefined ? {} : {bestEpoch}),
  });
  const models = withModel(run, event.model, {history});
  return {...run, models, memoryBytes: event.memoryBytes, partial: []};
}

function withModel({models}: RunState, name: string, change: Partial<ModelState>): ModelState[] {
  return models.map(model => (model.name === name ? {...model, ...change} : model));
}

/** The epoch whose weights are kept, so far or at last; undefined where the log does not say. */
export function keptEpoch({bestEpoch, history}: ModelState): number | undefined {
  const epoch = bestEpoch ?? history.at(-1)?.bestEpoch ?? 0;
  return epoch === 0 ? undefined : epoch;
}

/** Those of the best weights on the test part; else on validation, at last or so far. */
export function headlineMetrics({final, history}: ModelState): SplitMetrics | undefined {
  return final?.test ?? final?.validation ?? history.at(-1)?.validation;
}

/** The accuracy of each head, from the `headlineMetrics` of the network that answers it, and on which images. */
export function headAccuracies({models, heads}: Pick<RunState, 'models' | 'heads'>): readonly {
  readonly head: string;
  readonly accuracy: number;
  readonly part: 'test' | 'validation';
}[] {
  return heads.map(head => {
    const model = answering(models, head);
    const {heads: metrics = {}} = (model && headlineMetrics(model)) ?? {};
    const accuracy = ownValue(metrics, outputOf(model, head))?.accuracy ?? Number.NaN;
    return {head, accuracy, part: model?.final?.test === undefined ? 'validation' : 'test'};
  });
}

/** Seconds of training and validation of all networks: the time in every table; NaN before an epoch. */
export function trainingSeconds({models}: Pick<RunState, 'models'>): number {
  const seconds = models.flatMap(({history, seconds: total}) =>
    total === undefined ? history.map(epoch => epoch.seconds) : [total],
  );
  return seconds.length === 0 ? Number.NaN : sum(seconds);
}
