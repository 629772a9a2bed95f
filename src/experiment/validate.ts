import type {z} from 'zod';
import {keysAt} from './json-schema.js';
import {nearest} from '../util/nearest.js';
import type {Problem} from './problems.js';

type Issue = z.core.$ZodIssue;

/** Everything that a schema has to say against a value, as problems. */
export function problemsOf(error: z.ZodError, value: unknown): Problem[] {
  const problems = error.issues.flatMap(issue => issueProblems(issue, value, []));
  // What a rule over a map says of a map with an unknown key follows from that key.
  const spoilt = new Set(
    problems.filter(({atKey}) => atKey).map(({path}) => JSON.stringify(path.slice(0, -1))),
  );
  return problems.filter(({path, atKey}) => atKey === true || !spoilt.has(JSON.stringify(path)));
}

function issueProblems(issue: Issue, root: unknown, base: readonly PropertyKey[]): Problem[] {
  const path = [...base, ...issue.path].map(key => (typeof key === 'number' ? key : String(key)));
  const received = valueAt(root, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(key => ({
        path: [...path, key],
        message: unknownKeyMessage(path),
        suggestion: nearest(key, keysAt(path)),
        atKey: true,
      }));
    case 'invalid_union':
      return unionProblems(issue, root, path);
    case 'invalid_value': {
      const names = issue.values.map(String);
      const message = `Expected one of ${names.join(', ')}; received ${describe(received)}.`;
      return [
        {
          path,
          message,
          suggestion: typeof received === 'string' ? nearest(received, names) : undefined,
        },
      ];
    }
    case 'invalid_type':
      return received === undefined
        ? [{path, message: `This key is missing. Expected ${issue.expected}.`}]
        : [{path, message: `Expected ${issue.expected}; received ${describe(received)}.`}];
    default:
      return [{path, message: `${sentence(issue.message)} Received ${describe(received)}.`}];
  }
}

/** Of several ways to write something, the one that was most likely meant says what is wrong. */
function unionProblems(
  issue: Extract<Issue, {code: 'invalid_union'}>,
  root: unknown,
  path: (string | number)[],
): Problem[] {
  const received = valueAt(root, path);
  if (issue.errors.length === 0) return [discriminatorProblem(issue, received, path)];
  const branches = issue.errors.map(issues =>
    issues.flatMap(inner => issueProblems(inner, root, path)),
  );
  if (received === undefined) return [{path, message: 'This key is missing.'}];
  const fitting = branches.filter(problems =>
    problems.some(problem => problem.path.length > path.length),
  );
  const best = fitting.sort((a, b) => badness(a, path) - badness(b, path))[0];
  if (best !== undefined) return best;
  const messages = [
    ...new Set(branches.flat().map(({message}) => message.replace(/;? ?[Rr]eceived .*$/s, ''))),
  ];
  return [{path, message: `${messages.join(' or ')}; received ${describe(received)}.`}];
}

function discriminatorProblem(
  issue: Extract<Issue, {code: 'invalid_union'}>,
  received: unknown,
  path: (string | number)[],
): Problem {
  const options =
    'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
  return {
    path,
    message: `Expected one of ${options.join(', ')}; received ${describe(received)}.`,
    suggestion: typeof received === 'string' ? nearest(received, options) : undefined,
  };
}

/** A branch whose keys are unknown or missing was less likely meant than one with a wrong value. */
function badness(problems: readonly Problem[], path: readonly (string | number)[]): number {
  return problems.reduce((sum, problem) => {
    const structural = problem.atKey === true || problem.message.startsWith('This key is missing');
    return sum + (structural && problem.path.length === path.length + 1 ? 10 : 1);
  }, 0);
}

function unknownKeyMessage(path: readonly (string | number)[]): string {
  const keys = keysAt(path);
  return keys.length === 0
    ? 'This key is not known here.'
    : `This key is not known here. Expected one of ${keys.join(', ')}.`;
}

export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string | number, unknown>)[key]
        : undefined,
    root,
  );
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}${trimmed.endsWith('.') ? '' : '.'}`;
}
