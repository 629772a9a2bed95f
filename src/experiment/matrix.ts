import {nearest} from '../util/nearest.js';
import {withBackboneFile} from './backbone-file.js';
import {configHash} from './config-hash.js';
import {groupsName, groupsText, parseGroups} from './groups.js';
import {keysAt, nodesAt} from './json-schema.js';
import type {Scalar} from './value-schemas.js';
import {parsePath} from './overrides.js';
import {describe, type Path, type Problem} from './problems.js';
import {MOST_NAME_CHARACTERS, type ExperimentFile} from './schema.js';
import {combinations} from './search-space.js';
import {withValues, type Expansion, type Variant} from './variants.js';

const MAX_COMBINATIONS = 1000;
/** The axis whose values have several ways to be written. */
const GROUPS = 'model.groups';

/**
 * Makes one experiment per combination; the last axis varies fastest.
 *
 * @param source The file's value before defaults: each combination is checked like a file.
 */
export function expandMatrix(
  file: ExperimentFile,
  source: Readonly<Record<string, unknown>>,
): Expansion {
  const {matrix, search: _, ...experiment} = file;
  if (matrix === undefined) {
    const whole = withBackboneFile(experiment, source);
    return {variants: [{experiment: whole, variant: {}}], problems: []};
  }
  const axes = Object.entries(matrix).map(([key, values]): [string, readonly Scalar[]] =>
    key === GROUPS ? [key, values.map(canonicalGroups)] : [key, values],
  );
  const problems = axes.flatMap(([key]) => unknownKey(key, ['matrix']));
  if (problems.length > 0) return {variants: [], problems};
  const count = axes.reduce((product, [, values]) => product * values.length, 1);
  if (axes.length === 0 || count > MAX_COMBINATIONS) {
    const message =
      axes.length === 0
        ? 'The matrix is empty. Expected at least one key, or no matrix.'
        : `The matrix has too many combinations. Expected at most ${MAX_COMBINATIONS}; received ${count}.`;
    return {variants: [], problems: [{path: ['matrix'], message}]};
  }
  const expansion = expand(file.name, source, combinations(axes));
  return {
    ...expansion,
    problems: [...expansion.problems, ...equalCombinations(expansion.variants)],
  };
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
    const runName = uniqueName(`${name}.${variantName(variant)}`, names);
    if (runName.length > MOST_NAME_CHARACTERS) {
      if (runName.length > longest.length) longest = runName;
      continue;
    }
    const expansion = withValues(source, runName, variant, ['matrix']);
    out.push(...expansion.variants);
    problems.push(...expansion.problems);
  }
  if (longest !== '') problems.push(longRunName(name, longest));
  return {variants: out, problems};
}

/** A run's name is the file's name and the variant. */
function longRunName(name: string, runName: string): Problem {
  const limit = Math.max(0, MOST_NAME_CHARACTERS - (runName.length - name.length));
  const message = `The name of a run, this name with the values of the matrix, is too long: ${runName.length} characters, ${JSON.stringify(runName)}. Expected at most ${MOST_NAME_CHARACTERS}; with this matrix, a name of at most ${limit}.`;
  return {path: ['name'], message};
}

function canonicalGroups(value: Scalar): Scalar {
  return typeof value === 'string' ? groupsText(parseGroups(value)) : value;
}

/** `scale-1.5` for data.image.scale 1.5, in characters that file names allow. */
function variantName(variant: Readonly<Record<string, Scalar>>): string {
  return Object.entries(variant)
    .map(([key, value]) => {
      if (key === 'model.kind') return String(value);
      if (key === GROUPS) return groupsName(String(value));
      return `${String(parsePath(key).at(-1))}-${value}`;
    })
    .join('.')
    .replaceAll(/[^\p{L}\p{N}._-]/gu, '_');
}

/** Adds a number to a name that exists: values may differ only in characters that file names lack. */
function uniqueName(name: string, names: Set<string>): string {
  let unique = name;
  for (let count = 2; names.has(unique.toLowerCase()); count++) unique = `${name}.${count}`;
  names.add(unique.toLowerCase());
  return unique;
}

/** Finds equal combinations: a repeated value, or a key without effect. */
function equalCombinations(variants: readonly Variant[]): Problem[] {
  const seen = new Map<string, Variant>();
  for (const current of variants) {
    const hash = configHash(current.experiment);
    const first = seen.get(hash);
    if (first !== undefined) {
      const message = `Two combinations are equal. Expected different ones; received ${describe(first.variant)} and ${describe(current.variant)}.`;
      return [{path: ['matrix'], message}];
    }
    seen.set(hash, current);
  }
  return [];
}

/** A key of a matrix or a space that no experiment has. @param section Where it stands in the file. */
export function unknownKey(key: string, section: Path): Problem[] {
  const path = parsePath(key);
  const wrong = path.findIndex((_, index) => nodesAt(path.slice(0, index + 1)).length === 0);
  if (wrong === -1 && path[0] !== 'matrix' && path[0] !== 'search') return [];
  const parent = path.slice(0, wrong);
  const near = nearest(String(path[wrong]), keysAt(parent));
  return [
    {
      path: [...section, key],
      message: `${key} is not a key of an experiment.`,
      suggestion: near === undefined ? undefined : [...parent, near].join('.'),
      atKey: true,
    },
  ];
}
