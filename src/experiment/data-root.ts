import path from 'node:path';
import {expandHome} from '../util/expand-home.js';
import type {Experiment} from './schema.js';

/** The full path of the data, relative to the working folder. */
export function fullDataRoot(root: string): string {
  return path.resolve(expandHome(root));
}

/** The seed of sample and split. */
export function dataSeed({data, training}: Pick<Experiment, 'data' | 'training'>): number {
  return data.seed ?? training.seed;
}

/**
 * The experiment with the full path of its data, so that a saved definition does not depend on the
 * working folder.
 */
export function withFullRoot(experiment: Experiment): Experiment {
  const {data} = experiment;
  // The sample faces are in the cache folder; their root has no meaning.
  if (data.source === 'sample') return experiment;
  return {...experiment, data: {...data, root: fullDataRoot(data.root)}};
}

/**
 * Resolves a file's `data.root` as a saved run did, which may have started in another folder.
 *
 * @param before The full path that the run saved.
 * @param now    The file's current value.
 */
export function rootAsBefore(before: string, now: string): string {
  const full = fullDataRoot(now);
  if (path.isAbsolute(expandHome(now))) return full;
  const end = path.normalize(now).replace(/^(\.\.[/\\])+/, '');
  return before.endsWith(`${path.sep}${end}`) ? before : full;
}
