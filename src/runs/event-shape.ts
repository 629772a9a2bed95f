import {FINISHED} from './status.js';
import type {EventType, RunFact} from './events.js';

type Check = (value: unknown) => boolean;
type FactOf<T extends EventType> = Extract<RunFact, {type: T}>;

const text: Check = value => typeof value === 'string';
const number: Check = value => typeof value === 'number';
const oneOf =
  (...names: readonly string[]): Check =>
  value =>
    typeof value === 'string' && names.includes(value);
const optional =
  (check: Check): Check =>
  value =>
    value === undefined || check(value);
const list =
  (check: Check): Check =>
  value =>
    Array.isArray(value) && value.every(check);
const map =
  (check: Check): Check =>
  value =>
    isObject(value) && Object.values(value).every(check);
const object =
  (shape: Readonly<Record<string, Check>>): Check =>
  value =>
    isObject(value) && Object.entries(shape).every(([key, check]) => check(value[key]));

const metrics = object({loss: number, heads: map(object({loss: number, accuracy: number}))});

/** What each event must hold; a newer program may write more. */
const shapes: {
  readonly [T in EventType]: {readonly [K in Exclude<keyof FactOf<T>, 'type'>]-?: Check};
} = {
  'run.started': {
    experiment: text,
    heads: list(text),
    models: list(object({name: text, heads: list(text), parameters: number})),
    epochs: number,
    backend: text,
    pid: number,
    processStart: optional(text),
  },
  'run.continued': {ended: list(text), model: optional(text), epoch: number, batches: number},
  'data.progressed': {what: oneOf('drawing', 'indexing', 'reading'), done: number, total: number},
  'data.loaded': {
    source: text,
    trainImages: number,
    validationImages: number,
    baselines: map(number),
    seconds: number,
    warnings: optional(list(text)),
  },
  'model.started': {model: text, heads: list(text), step: oneOf('graph', 'layers')},
  'epoch.started': {model: text, epoch: number, batches: number},
  'batch.ended': {
    model: text,
    epoch: number,
    batch: number,
    batches: number,
    train: metrics,
    imagesPerSecond: number,
    memoryBytes: number,
  },
  'epoch.ended': {
    model: text,
    epoch: number,
    train: metrics,
    validation: metrics,
    learningRate: number,
    trainSeconds: number,
    seconds: number,
    imagesPerSecond: number,
    memoryBytes: number,
  },
  'checkpoint.saved': {model: text, epoch: number, path: text},
  'run.paused': {},
  'run.resumed': {},
  'run.orphaned': {},
  'log.written': {level: oneOf('info', 'warning', 'error'), message: text},
  'model.ended': {
    model: text,
    epochs: number,
    bestEpoch: number,
    train: metrics,
    validation: metrics,
    seconds: number,
    inference: optional(object({imageMs: number, batchMs: number, batchImages: number})),
  },
  'run.finished': {
    status: oneOf(...FINISHED),
    seconds: number,
    peakMemoryBytes: number,
  },
  'run.failed': {
    message: text,
    hint: optional(text),
    exitCode: value => [1, 2, 3, 4].includes(value as number),
  },
};

/** Whether a value is an event with everything that those who read it take for granted. */
export function hasEventShape(value: unknown): boolean {
  if (!isObject(value)) return false;
  const {type, seq, at, run} = value;
  if (typeof type !== 'string' || !Object.hasOwn(shapes, type)) return false;
  if (!number(seq) || !text(at) || !text(run)) return false;
  return object(shapes[type as EventType])(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
