import {existsSync} from 'node:fs';
import {programFile} from '../../util/package-file.js';
import {runCommand} from './tools.js';

const CHECK_MS = 60_000;

type BackendCheck =
  | {readonly works: true; readonly version: string}
  | {readonly works: false; readonly reason: string};

/**
 * Checks in a process of its own whether the tfjs-node in this folder loads and computes: a library
 * that does not fit this machine ends the process that loads it.
 */
export async function checkBackend(
  packageFolder: string,
  env: NodeJS.ProcessEnv,
): Promise<BackendCheck> {
  if (!existsSync(packageFolder)) return {works: false, reason: `${packageFolder} is not there`};
  return runCheck('tensorflow/native/check-main.js', [packageFolder], env);
}

/** Checks in a process of its own whether the wasm backend starts and computes. */
export function checkWasm(env: NodeJS.ProcessEnv): Promise<BackendCheck> {
  return runCheck('tensorflow/wasm/check-main.js', [], env);
}

async function runCheck(
  program: string,
  programArguments: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<BackendCheck> {
  const {exitCode, output} = await runCommand(
    process.execPath,
    [programFile(program), ...programArguments],
    {env: {...env, TF_CPP_MIN_LOG_LEVEL: '3'}, timeoutMs: CHECK_MS},
  );
  const answer = /^works: (.*)$/m.exec(output)?.[1];
  if (exitCode === 0 && answer !== undefined) return {works: true, version: answer};
  const lines = output
    .trim()
    .split('\n')
    .filter(line => line.trim() !== '');
  const reason =
    lines.find(line => /error/i.test(line)) ??
    lines.at(-1) ??
    `it ended with exit code ${exitCode}`;
  return {works: false, reason: reason.trim()};
}
