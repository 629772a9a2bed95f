import {createHash} from 'node:crypto';
import type {Experiment} from './schema.js';

const LENGTH = 12;

/**
 * The hash of everything that decides what a run's folder holds: all but name, description and
 * expectations.
 */
export function configHash({data, model, training, evaluation}: Experiment): string {
  return createHash('sha256')
    .update(canonical({data, model, training, evaluation}))
    .digest('hex')
    .slice(0, LENGTH);
}

/** JSON with sorted keys, so that their order in a file does not matter. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
