import {withBackboneFile} from './backbone-file.js';
import {WITHOUT_JIT} from './value-schemas.js';
import {applyOverrides, parsePath} from './overrides.js';
import type {Path, Problem} from './problems.js';
import {Experiment, type ExperimentFile} from './schema.js';
import type {Trial} from './search-schema.js';
import type {Values} from './search-space.js';
import {problemsOf} from './validate.js';

/** One combination of a matrix, one trial of a search, or a whole file without either. */
export type Variant = {
  readonly experiment: Experiment;
  readonly variant: Values;
  readonly trial?: Trial;
};

/** The experiments of a file, and what is wrong with them. */
export type Expansion = {
  readonly variants: readonly Variant[];
  readonly problems: readonly Problem[];
};

/**
 * Makes the experiment that has these values, checked like a file.
 *
 * @param source  The file's value before defaults, without its matrix and its search.
 * @param section Where the values stand in the file: a wrong one is a problem of that place.
 */
export function withValues(
  source: Readonly<Record<string, unknown>>,
  name: string,
  values: Values,
  section: Path,
): Expansion {
  const overrides = Object.entries(values).map(([key, value]) => ({
    text: `${key}=${value} (from the ${section[0]})`,
    path: parsePath(key),
    value,
  }));
  const value: Readonly<Record<string, unknown>> = {
    ...(applyOverrides(source, overrides) as object),
    name,
  };
  const parsed = Experiment.safeParse(value, WITHOUT_JIT);
  if (parsed.success) {
    const experiment = withBackboneFile(parsed.data, value);
    return {variants: [{experiment, variant: values}], problems: []};
  }
  return {variants: [], problems: inSection(problemsOf(parsed.error, value), values, section)};
}

/** Where a file has the values in which its experiments differ. */
export function sectionOf({search}: Pick<ExperimentFile, 'search'>): Path {
  return search === undefined ? ['matrix'] : ['search', 'space'];
}

/** Problems, each with its place: a wrong value of a key is a problem of the section that gave it. */
export function inSection(problems: readonly Problem[], values: Values, section: Path): Problem[] {
  return problems.map(problem => ({...problem, path: placeOf(problem, values, section)}));
}

function placeOf({path}: Problem, values: Values, section: Path): Path {
  const key = Object.keys(values).find(name =>
    parsePath(name).every((part, index) => path[index] === part),
  );
  return key === undefined ? path : [...section, key];
}
