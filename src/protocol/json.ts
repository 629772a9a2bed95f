import type {RunEvent} from './events.js';

/** Numbers that JSON cannot write, by the names under which events carry them. */
const notFinite: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** Keys whose values are text: there, the word "NaN" stays a word. */
const textKeys = new Set([
  'message',
  'hint',
  'experiment',
  'source',
  'name',
  'run',
  'model',
  'path',
]);

/** One line of `events.jsonl`, without the line end. */
export function encodeEvent(event: RunEvent): string {
  return JSON.stringify(event, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
}

/** The event in one line of a log, or undefined where the line is torn or is no event. */
export function decodeEvent(line: string): RunEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line, (key, item: unknown) =>
      typeof item === 'string' && !textKeys.has(key) && Object.hasOwn(notFinite, item)
        ? notFinite[item]
        : item,
    );
  } catch {
    return undefined;
  }
  return isRunEvent(value) ? value : undefined;
}

function isRunEvent(value: unknown): value is RunEvent {
  if (typeof value !== 'object' || value === null) return false;
  const {type, seq, at, run} = value as Record<string, unknown>;
  return (
    typeof type === 'string' &&
    eventTypes.has(type) &&
    typeof seq === 'number' &&
    typeof at === 'string' &&
    typeof run === 'string'
  );
}

const eventTypes: ReadonlySet<string> = new Set<RunEvent['type']>([
  'run.started',
  'data.progressed',
  'data.loaded',
  'model.started',
  'epoch.started',
  'batch.ended',
  'epoch.ended',
  'checkpoint.saved',
  'run.paused',
  'run.resumed',
  'log.written',
  'model.ended',
  'run.finished',
  'run.failed',
]);
