import type {z} from 'zod';
import {nearest} from '../util/nearest.js';
import {keysAt} from './json-schema.js';
import type {Problem} from './problems.js';
import {describe, valueAt, wrong, type Path} from './received.js';
import {unionProblems} from './union-problems.js';
import {expectedAt} from './value-text.js';

type Issue = z.core.$ZodIssue;

/** Everything that a schema has to say against a value, as problems. */
export function problemsOf(error: z.ZodError, value: unknown): Problem[] {
  return withoutEchoes(error.issues.flatMap(issue => issueProblems(issue, value, [])));
}

/** Leaves out what only follows from a misspelt key: a rule over its map, or the right key missing. */
function withoutEchoes(problems: readonly Problem[]): Problem[] {
  const spoilt = new Set<string>();
  for (const {path, atKey, suggestion} of problems) {
    if (atKey !== true) continue;
    spoilt.add(JSON.stringify(path.slice(0, -1)));
    if (suggestion !== undefined) spoilt.add(JSON.stringify([...path.slice(0, -1), suggestion]));
  }
  return problems.filter(({path, atKey}) => atKey === true || !spoilt.has(JSON.stringify(path)));
}

/** @param base Path of the value that the issue's own path starts from. */
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
      const one = names.length === 1 ? '' : 'one of ';
      return [wrong(path, `${one}${names.join(', ')}`, received, suggestion)];
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
  const known = keysAt(path);
  const expected = known.length === 0 ? '' : ` Expected one of ${known.join(', ')}.`;
  return keys.map(key => {
    if (known.includes(key)) return doesNotGoTogether(key, received, path);
    return {
      path: [...path, key],
      message: `This key is not known here.${expected}`,
      suggestion: nearest(key, known),
      atKey: true,
    };
  });
}

/** A key of another alternative: train beside by, or count beside strategy: all. */
function doesNotGoTogether(key: string, received: unknown, path: Path): Problem {
  const beside = Object.entries(received as object).filter(([name]) => name !== key);
  const message = `This key does not go with ${describe(Object.fromEntries(beside))}.`;
  return {path: [...path, key], message, atKey: true};
}

/** `flatten` for `flatten: {}` is the one wrong type that everybody writes once. */
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
