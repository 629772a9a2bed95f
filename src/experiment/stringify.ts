import {stringify} from 'yaml';
import {parseExperiment} from './parse.js';
import type {Experiment} from './schema.js';

/** The resolved definition as YAML, every default filled in, keys in the order of the schema. */
export function stringifyExperiment(experiment: Experiment): string {
  return stringify(experiment, {aliasDuplicateObjects: false, lineWidth: 100});
}

/** Reads what `stringifyExperiment` wrote. @throws UserError where somebody changed it into nonsense. */
export function parseResolved(text: string, path: string): Experiment {
  const [variant] = parseExperiment(text, path).variants;
  if (variant === undefined) throw new Error(`${path} holds no experiment.`);
  return variant.experiment;
}
