import {hasEventShape} from './event-shape.js';
import type {RunEvent} from './events.js';

/** Numbers that JSON cannot write, by the names under which events carry them. */
const notFinite: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** Keys whose values are text: there, the word "NaN" stays a word, as it does in lists (of heads). */
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
    value = JSON.parse(line, function (this: unknown, key, item: unknown) {
      const isText = typeof item !== 'string' || textKeys.has(key) || Array.isArray(this);
      return !isText && Object.hasOwn(notFinite, item) ? notFinite[item] : item;
    });
  } catch {
    return undefined;
  }
  return hasEventShape(value) ? (value as RunEvent) : undefined;
}
