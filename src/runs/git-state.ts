import {execFile} from 'node:child_process';
import {devNull} from 'node:os';
import {promisify} from 'node:util';
import type {RunInfo} from './run-info.js';
import {childEnvironment} from '../util/child-environment.js';

/** A run is recorded without the state of a repository where git takes longer. */
const LIMIT_MS = 10_000;

/**
 * A checkout may come from somebody else, and its settings name programs that git starts even when it
 * only reads. These options turn them off, and the locks that would disturb people who work there.
 */
const HARMLESS = [
  '--no-optional-locks',
  ...['-c', 'core.fsmonitor=false'],
  ...['-c', `core.hooksPath=${devNull}`],
  ...['-c', 'safe.bareRepository=explicit'],
];

/**
 * Reads the commit of a folder and whether it has changes; undefined where it is no checkout, or git
 * is not installed.
 */
export async function gitState(
  folder: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<RunInfo['git']> {
  const git = async (args: readonly string[]): Promise<string> => {
    const options = {cwd: folder, env: gitEnvironment(env), timeout: LIMIT_MS};
    return (await promisify(execFile)('git', [...HARMLESS, ...args], options)).stdout;
  };
  try {
    const withoutFilters = await filtersOff(git);
    // Submodules bring settings of their own, which these options do not reach.
    const look = [...withoutFilters, 'status', '--porcelain', '--ignore-submodules=dirty'];
    const [commit, status] = await Promise.all([git(['rev-parse', 'HEAD']), git(look)]);
    return {commit: commit.trim(), dirty: status.trim() !== ''};
  } catch {
    return undefined;
  }
}

/** Options that disable the filter programs that the checkout configures. */
async function filtersOff(git: (args: readonly string[]) => Promise<string>): Promise<string[]> {
  const list = ['config', '--null', '--show-scope', '--name-only', '--get-regexp', '^filter\\.'];
  // Exit code 1: there are none.
  const fields = (
    await git(list).catch((error: {code?: unknown}) => {
      if (error.code === 1) return '';
      throw error;
    })
  ).split('\0');
  const drivers = new Set<string>();
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [scope, key = ''] = [fields[index], fields[index + 1]];
    if (scope !== 'local' && scope !== 'worktree') continue;
    drivers.add(key.slice(0, key.lastIndexOf('.')));
  }
  return [...drivers].flatMap(driver => [
    ...['-c', `${driver}.clean=`],
    ...['-c', `${driver}.process=`],
    ...['-c', `${driver}.required=false`],
  ]);
}

/** Fetches nothing, neither over the network nor by a program that the checkout names. */
function gitEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...childEnvironment(env),
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_LAZY_FETCH: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
}
