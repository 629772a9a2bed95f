import {foldsOf} from './folds.js';
import type {ParsedExperiment} from './parse.js';
import {trainingsOf} from './search-rounds.js';

/** The runs that a file starts with one seed, and those that its search adds while it works. */
export function countRuns({file: {search, training}, variants}: ParsedExperiment): number {
  const runs = variants.flatMap(({experiment}) => foldsOf(experiment)).length;
  if (search === undefined || variants.length === 0) return runs;
  return (runs / variants.length) * trainingsOf(search, training.epochs);
}
