import {createHash} from 'node:crypto';
import type {Experiment} from './schema.js';

const LENGTH = 12;

/**
 * Same question, same answer: the hash of everything that decides a run's result. Name,
 * description and expectations do not.
 */
export function configHash({data, model, training}: Experiment): string {
  return createHash('sha256')
    .update(canonical({data, model, training}))
    .digest('hex')
    .slice(0, LENGTH);
}

/** JSON with sorted keys, so that the order in a file does not count. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
