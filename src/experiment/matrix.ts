import {applyOverrides, parsePath, type Override} from './overrides.js';
import {keysAt, nodesAt} from './json-schema.js';
import {nearest} from '../util/nearest.js';
import type {Problem} from './problems.js';
import {Experiment, type ExperimentFile} from './schema.js';
import {problemsOf} from './validate.js';

export type Scalar = string | number | boolean;

/** One combination of a matrix, or the whole of a file without one. */
export type Variant = {
  readonly experiment: Experiment;
  readonly variant: Readonly<Record<string, Scalar>>;
};

/** The value of a file without the axes that somebody set by hand: what is set is no longer varied. */
export function withoutOverridden(value: unknown, overrides: readonly Override[]): unknown {
  if (typeof value !== 'object' || value === null || !('matrix' in value)) return value;
  const {matrix} = value;
  if (typeof matrix !== 'object' || matrix === null) return value;
  const touched = (axis: string): boolean => {
    const path = parsePath(axis);
    return overrides.some(({path: set}) =>
      path.every((key, at) => at >= set.length || set[at] === key),
    );
  };
  const kept = Object.entries(matrix).filter(([axis]) => !touched(axis));
  const {matrix: _, ...rest} = value;
  return kept.length === 0 ? rest : {...rest, matrix: Object.fromEntries(kept)};
}

const MAX_COMBINATIONS = 1000;

/**
 * One experiment for each combination, the last axis turning fastest.
 *
 * @param source The value of the file before defaults: each combination is checked like a file.
 */
export function expandMatrix(
  file: ExperimentFile,
  source: Readonly<Record<string, unknown>>,
): {readonly variants: readonly Variant[]; readonly problems: readonly Problem[]} {
  const {matrix, ...experiment} = file;
  if (matrix === undefined) return {variants: [{experiment, variant: {}}], problems: []};
  const axes = Object.entries(matrix);
  const problems = axes.flatMap(([key]) => unknownAxis(key));
  const count = axes.reduce((product, [, values]) => product * values.length, 1);
  if (count > MAX_COMBINATIONS) {
    const message = `Too many combinations. Expected at most ${MAX_COMBINATIONS}; received ${count}.`;
    return {variants: [], problems: [{path: ['matrix'], message}]};
  }
  if (problems.length > 0) return {variants: [], problems};
  return expand(file.name, source, combinations(axes));
}

function expand(
  name: string,
  {matrix: _, ...source}: Readonly<Record<string, unknown>>,
  variants: readonly Readonly<Record<string, Scalar>>[],
): {variants: Variant[]; problems: Problem[]} {
  const out: Variant[] = [];
  const problems: Problem[] = [];
  for (const variant of variants) {
    const overrides = Object.entries(variant).map(([key, value]) => ({
      text: key,
      path: parsePath(key),
      value,
    }));
    const value = {
      ...(applyOverrides(source, overrides) as object),
      name: `${name}.${variantName(variant)}`,
    };
    const parsed = Experiment.safeParse(value);
    if (parsed.success) out.push({experiment: parsed.data, variant});
    else
      problems.push(
        ...problemsOf(parsed.error, value).map(problem => ({
          ...problem,
          path: matrixPath(problem, variant),
        })),
      );
  }
  return {variants: out, problems};
}

/** A value that an axis gave is wrong in the matrix, not where it was put. */
function matrixPath(
  {path}: Problem,
  variant: Readonly<Record<string, Scalar>>,
): readonly (string | number)[] {
  const axis = Object.keys(variant).find(key =>
    parsePath(key).every((part, index) => path[index] === part),
  );
  return axis === undefined ? path : ['matrix', axis];
}

function combinations(
  axes: readonly (readonly [string, readonly Scalar[]])[],
): Record<string, Scalar>[] {
  return axes.reduce<Record<string, Scalar>[]>(
    (partial, [key, values]) =>
      partial.flatMap(chosen => values.map(value => ({...chosen, [key]: value}))),
    [{}],
  );
}

/** `scale-1.5` for data.image.scale 1.5; only what a file name can carry. */
function variantName(variant: Readonly<Record<string, Scalar>>): string {
  return Object.entries(variant)
    .map(([key, value]) =>
      key === 'model.kind' ? String(value) : `${String(parsePath(key).at(-1))}-${value}`,
    )
    .join('.')
    .replaceAll(/[^\p{L}\p{N}._-]/gu, '_');
}

function unknownAxis(key: string): Problem[] {
  const path = parsePath(key);
  const wrong = path.findIndex((_, index) => nodesAt(path.slice(0, index + 1)).length === 0);
  if (wrong === -1) return [];
  const parent = path.slice(0, wrong);
  const near = nearest(String(path[wrong]), keysAt(parent));
  return [
    {
      path: ['matrix', key],
      message: `${key} is not a key of an experiment.`,
      suggestion: near === undefined ? undefined : [...parent, near].join('.'),
      atKey: true,
    },
  ];
}
