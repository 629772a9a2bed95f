import type {z} from 'zod';
import {listed} from '../util/format.js';
import {nearest} from '../util/nearest.js';
import {keysAt, nodesAt} from './json-schema.js';
import {describe, valueAt, wrong, type Path, type Problem} from './problems.js';
import {expectedAt} from './value-text.js';

type Issue = z.core.$ZodIssue;
type UnionIssue = Extract<Issue, {code: 'invalid_union'}>;

/** The problems of a value that a schema rejects. */
export function problemsOf(error: z.ZodError, value: unknown): Problem[] {
  return withoutEchoes(error.issues.flatMap(issue => issueProblems(issue, value, [])));
}

/** Leaves out problems that follow from a misspelt key: a rule over its map, or the right key missing. */
function withoutEchoes(problems: readonly Problem[]): Problem[] {
  const spoilt = new Set<string>();
  for (const {path, atKey, suggestion} of problems) {
    if (atKey !== true) continue;
    spoilt.add(JSON.stringify(path.slice(0, -1)));
    if (suggestion !== undefined) spoilt.add(JSON.stringify([...path.slice(0, -1), suggestion]));
  }
  return problems.filter(({path, atKey}) => atKey === true || !spoilt.has(JSON.stringify(path)));
}

/** @param base Path of the value to which the issue's path is relative. */
function issueProblems(issue: Issue, root: unknown, base: Path): Problem[] {
  const path = [...base, ...issue.path].map(key => (typeof key === 'number' ? key : String(key)));
  const received = valueAt(root, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return unknownKeys(issue.keys, received, path);
    case 'invalid_union':
      return unionProblems(issue, received, path, inner => issueProblems(inner, root, path));
    case 'invalid_value': {
      const names = issue.values.map(String);
      const suggestion = typeof received === 'string' ? nearest(received, names) : undefined;
      const start = names.length === 1 ? '' : 'one of ';
      return [wrong(path, `${start}${names.join(', ')}`, received, suggestion)];
    }
    case 'invalid_type':
      return [wrongType(issue.expected, received, path)];
    case 'too_small':
    case 'too_big':
      return [wrong(path, rangeText(issue, path), received)];
    case 'invalid_key':
      return [wrong(path, issue.issues[0]?.message ?? 'another key', path.at(-1))];
    default:
      return [wrong(path, issue.message, received)];
  }
}

function unknownKeys(keys: readonly string[], received: unknown, path: Path): Problem[] {
  const validKeys = keysAt(path);
  const expected = validKeys.length === 0 ? '' : ` Expected one of ${validKeys.join(', ')}.`;
  return keys.map(key => {
    if (validKeys.includes(key)) return doesNotGoTogether(key, received, path);
    return {
      path: [...path, key],
      message: `This key is not known here.${expected}`,
      suggestion: nearest(key, validKeys),
      atKey: true,
    };
  });
}

/** A key of another alternative, such as train with by, or count with strategy: all. */
function doesNotGoTogether(key: string, received: unknown, path: Path): Problem {
  const otherKeys = Object.entries(received as object).filter(([name]) => name !== key);
  const message = `This key does not go with ${describe(Object.fromEntries(otherKeys))}.`;
  return {path: [...path, key], message, atKey: true};
}

/** Suggests `flatten: {}` for `flatten`, the most common wrong type. */
function wrongType(expected: string, received: unknown, path: Path): Problem {
  const noun = expected === 'object' ? expectedAt(path) : (nouns[expected] ?? expected);
  if (received === undefined)
    return {path, message: `This key is missing. Expected ${noun}.`, missing: true};
  return wrong(path, noun, received, expected === 'object' ? asMap(received, path) : undefined);
}

function asMap(received: unknown, path: Path): string | undefined {
  if (received === null) return '{}';
  const near = typeof received === 'string' ? nearest(received, keysAt(path)) : undefined;
  return near === undefined ? undefined : `${near}: {}`;
}

const nouns: Readonly<Record<string, string>> = {
  array: 'a list',
  tuple: 'a list of two',
  record: 'a map',
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

function rangeText(issue: Extract<Issue, {code: 'too_small' | 'too_big'}>, path: Path): string {
  if (issue.origin === 'number' || issue.origin === 'int') return expectedAt(path);
  const unit = issue.origin === 'string' ? 'characters' : 'items';
  return issue.code === 'too_small'
    ? `at least ${issue.minimum} ${unit}`
    : `at most ${issue.maximum} ${unit}`;
}

/**
 * Explains a value that fits no alternative by the alternative that was most likely meant.
 *
 * @param explain Returns the problems of an issue of one alternative.
 */
function unionProblems(
  issue: UnionIssue,
  received: unknown,
  path: Path,
  explain: (issue: Issue) => Problem[],
): Problem[] {
  if (issue.errors.length === 0) return [wrongKind(issue, received, path)];
  if (received === undefined) {
    const message = `This key is missing. Expected ${expectedAt(path)}.`;
    return [{path, message, missing: true}];
  }
  const rivals = rivalKeys(received, path);
  if (rivals.length > 0) {
    const message = `${listed(rivals, 'and')} exclude each other. Expected only one of them.`;
    return [{path, message}];
  }
  const branches = issue.errors.map(issues => issues.flatMap(explain));
  const [best] = branches
    .filter(problems => problems.some(problem => problem.path.length > path.length))
    .sort((a, b) => badness(a, path) - badness(b, path));
  if (best !== undefined && !isEmpty(received)) return best;
  const near = typeof received === 'string' ? nearest(received, keysAt(path)) : undefined;
  const suggestion = near === undefined ? undefined : `${near}: {}`;
  return [wrong(path, expectedAt(path), received, suggestion)];
}

/** Keys that are valid at a place, but not together. */
function rivalKeys(received: unknown, path: Path): string[] {
  if (typeof received !== 'object' || received === null || Array.isArray(received)) return [];
  const keys = Object.keys(received);
  const validKeys = new Set(keysAt(path));
  if (keys.length < 2 || !keys.every(key => validKeys.has(key))) return [];
  const together = nodesAt(path).some(({properties = {}}) =>
    keys.every(key => Object.hasOwn(properties, key)),
  );
  return together ? [] : keys;
}

function wrongKind(issue: UnionIssue, received: unknown, path: Path): Problem {
  const options =
    'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
  const suggestion = typeof received === 'string' ? nearest(received, options) : undefined;
  return wrong(path, `one of ${options.join(', ')}`, received, suggestion);
}

/** A wrong or missing key counts more than a wrong value: its alternative was less likely meant. */
function badness(problems: readonly Problem[], path: Path): number {
  return problems.reduce((sum, {path: {length}, atKey, missing}) => {
    const structural = atKey === true || missing === true;
    return sum + (structural && length === path.length + 1 ? 10 : 1);
  }, 0);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
