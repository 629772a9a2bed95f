import {nearest} from '../util/nearest.js';
import {configHash} from './config-hash.js';
import {keysAt, nodesAt} from './json-schema.js';
import {applyOverrides, parsePath} from './overrides.js';
import type {Problem} from './problems.js';
import {describe} from './received.js';
import {Experiment, MOST_NAME_CHARACTERS, type ExperimentFile} from './schema.js';
import {problemsOf} from './validate.js';

export type Scalar = string | number | boolean;

/** One combination of a matrix, or the whole of a file without one. */
export type Variant = {
  readonly experiment: Experiment;
  readonly variant: Readonly<Record<string, Scalar>>;
};

type Expansion = {readonly variants: readonly Variant[]; readonly problems: readonly Problem[]};

const MAX_COMBINATIONS = 1000;

/**
 * One experiment for each combination, the last axis turning fastest.
 *
 * @param source The value of the file before defaults: each combination is checked like a file.
 */
export function expandMatrix(
  file: ExperimentFile,
  source: Readonly<Record<string, unknown>>,
): Expansion {
  const {matrix, ...experiment} = file;
  if (matrix === undefined) return {variants: [{experiment, variant: {}}], problems: []};
  const axes = Object.entries(matrix);
  const problems = axes.flatMap(([key]) => unknownAxis(key));
  if (problems.length > 0) return {variants: [], problems};
  const count = axes.reduce((product, [, values]) => product * values.length, 1);
  if (axes.length === 0 || count > MAX_COMBINATIONS) {
    const message =
      axes.length === 0
        ? 'The matrix is empty. Expected one key or more, or no matrix.'
        : `Too many combinations. Expected at most ${MAX_COMBINATIONS}; received ${count}.`;
    return {variants: [], problems: [{path: ['matrix'], message}]};
  }
  const expansion = expand(file.name, source, combinations(axes));
  return {...expansion, problems: [...expansion.problems, ...sameTwice(expansion.variants)]};
}

function expand(
  name: string,
  {matrix: _, ...source}: Readonly<Record<string, unknown>>,
  variants: readonly Readonly<Record<string, Scalar>>[],
): Expansion {
  const out: Variant[] = [];
  const problems: Problem[] = [];
  const names = new Set<string>();
  let longest = '';
  for (const variant of variants) {
    const overrides = Object.entries(variant).map(([key, value]) => ({
      text: `${key}=${value} (from the matrix)`,
      path: parsePath(key),
      value,
    }));
    const runName = unused(`${name}.${variantName(variant)}`, names);
    if (runName.length > MOST_NAME_CHARACTERS) {
      if (runName.length > longest.length) longest = runName;
      continue;
    }
    const value = {...(applyOverrides(source, overrides) as object), name: runName};
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
  if (longest !== '') problems.push(longRunName(name, longest));
  return {variants: out, problems};
}

/** The file's name may be as long as that; a run's name has the variant behind it. */
function longRunName(name: string, runName: string): Problem {
  const most = Math.max(0, MOST_NAME_CHARACTERS - (runName.length - name.length));
  const message = `The name of a run is this name and what the matrix varies: ${runName.length} characters, ${JSON.stringify(runName)}. Expected at most ${MOST_NAME_CHARACTERS}; with this matrix, a name of at most ${most}.`;
  return {path: ['name'], message};
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

/** Two values may differ only in what a file name cannot carry. */
function unused(name: string, names: Set<string>): string {
  let own = name;
  for (let count = 2; names.has(own.toLowerCase()); count++) own = `${name}.${count}`;
  names.add(own.toLowerCase());
  return own;
}

/** Two combinations that train the same thing: a value given twice, or a key that changes nothing. */
function sameTwice(variants: readonly Variant[]): Problem[] {
  const seen = new Map<string, Variant>();
  for (const current of variants) {
    const hash = configHash(current.experiment);
    const first = seen.get(hash);
    if (first !== undefined) {
      const message = `Two combinations are the same. Expected each to train something else; received ${describe(first.variant)} and ${describe(current.variant)}.`;
      return [{path: ['matrix'], message}];
    }
    seen.set(hash, current);
  }
  return [];
}

function unknownAxis(key: string): Problem[] {
  const path = parsePath(key);
  const wrong = path.findIndex((_, index) => nodesAt(path.slice(0, index + 1)).length === 0);
  if (wrong === -1 && path[0] !== 'matrix') return [];
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
