import {execFileSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {resultOf, runFolders} from './kills.js';
import {runProgram} from './program.js';
import {temporaryFolder} from './temporary-folder.js';

export const kinds = ['separate', 'multi-output', 'concatenated'] as const;

/** Wide enough that TensorFlow divides its products among threads. */
const wideYaml = (kind: string): string => `name: ${kind}
description: For threads.
data:
  heads: [Male, Smiling]
  image: {size: [52, 42]}
  split: {train: 32, validation: 8}
model:
  kind: ${kind}
  layers:
    - conv2d: {filters: 32, kernel: 3, activation: relu}
    - maxPooling2d: {size: 2}
    - conv2d: {filters: 64, kernel: 3, activation: relu}
    - maxPooling2d: {size: 2}
    - flatten: {}
    - dropout: {rate: 0.2}
    - dense: {units: 64, activation: relu}
training: {epochs: 2, batchSize: 16, seed: 3}
`;

/** An empty working folder with an experiment of each kind. */
export function threadPlace(): string {
  const cwd = temporaryFolder('threads');
  mkdirSync(path.join(cwd, 'experiments'));
  for (const kind of kinds)
    writeFileSync(path.join(cwd, 'experiments', `${kind}.yaml`), wideYaml(kind));
  return cwd;
}

export const canPin = ((): boolean => {
  try {
    execFileSync('taskset', ['--version'], {stdio: 'ignore'});
    return os.availableParallelism() > 1;
  } catch {
    return false;
  }
})();

export type Environment = {
  /** Of TensorFlow, or of wasm; as many as there are cores where undefined. */
  readonly threads?: number;
  /** Threads that run operations of TensorFlow side by side; its own choice where undefined. */
  readonly sideBySide?: number;
  /** Whether all of it may use one core only. */
  readonly pinned?: boolean;
  /** Arguments of `run`. */
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
};

/** What a run of each kind leaves, byte by byte. */
export async function resultsWith(
  data: string,
  {threads, sideBySide, pinned = false, args = [], env}: Environment,
): Promise<Record<string, string>[]> {
  const cwd = threadPlace();
  const variable = (value: number | undefined): string | undefined =>
    value === undefined ? undefined : String(value);
  const {code, stdout, stderr} = await runProgram(
    ['run', ...kinds, '--data', data, '--ci', ...args],
    {
      cwd,
      env: {
        TF_NUM_INTRAOP_THREADS: variable(threads),
        TF_NUM_INTEROP_THREADS: variable(sideBySide),
        ...env,
      },
      onStart: child => {
        if (pinned) execFileSync('taskset', ['-acp', '0', String(child.pid)], {stdio: 'ignore'});
      },
    },
  );
  if (code !== 0) throw new Error(`The runs failed:\n${stdout}\n${stderr}`);
  return runFolders(cwd).map(resultOf);
}
