import type {z} from 'zod';
import {nearest} from '../util/nearest.js';
import {keysAt, nodesAt} from './json-schema.js';
import type {Problem} from './problems.js';
import {wrong, type Path} from './received.js';
import {expectedAt, listed} from './value-text.js';

type Issue = z.core.$ZodIssue;
type UnionIssue = Extract<Issue, {code: 'invalid_union'}>;

/**
 * Of several ways to write something, the one that was most likely meant says what is wrong.
 *
 * @param explain What is wrong by an issue of one of the ways.
 */
export function unionProblems(
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

/** Keys that are each known at a place, but not together. */
function rivalKeys(received: unknown, path: Path): string[] {
  if (typeof received !== 'object' || received === null || Array.isArray(received)) return [];
  const keys = Object.keys(received);
  const known = new Set(keysAt(path));
  if (keys.length < 2 || !keys.every(key => known.has(key))) return [];
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

/** A branch whose keys are unknown or missing was less likely meant than one with a wrong value. */
function badness(problems: readonly Problem[], path: Path): number {
  return problems.reduce((sum, {path: {length}, atKey, missing}) => {
    const structural = atKey === true || missing === true;
    return sum + (structural && length === path.length + 1 ? 10 : 1);
  }, 0);
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
