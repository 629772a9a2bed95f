import {existsSync, readFileSync, readdirSync} from 'node:fs';
import path from 'node:path';
import {decodeEvent} from '../../src/protocol/json.js';
import {RunFolder} from '../../src/runs/run-folder.js';
import {seededRandom} from '../../src/util/random.js';
import {descendants, signal} from './processes.js';
import {runProgram, type Finished} from './program.js';

/** Everything that a checkpoint must hold: two models, dropout, moving averages, slots, a schedule, best weights. */
export const thoroughYaml = `name: tiny
description: For kills.
data:
  heads: [Male, Smiling]
  image: {size: [18, 14]}
  split: {train: 32, validation: 8}
model:
  kind: separate
  layers:
    - conv2d: {filters: 4, kernel: 3, activation: relu}
    - batchNormalization: {}
    - maxPooling2d: {size: 2}
    - flatten: {}
    - dropout: {rate: 0.3}
    - dense: {units: 8, activation: relu}
training:
  epochs: 24
  batchSize: 5
  optimizer: {adam: {learningRate: 0.003}}
  schedule: {kind: cosine, minimum: 0.1}
  earlyStopping: {patience: 20}
  seed: 3
`;

/** A checkpoint after each batch: half of the time it is being written. */
const env = {CELEBA_TUI_CHECKPOINT_SECONDS: '0'};

export type Victim = 'trainer' | 'parent' | 'both';
const victims: readonly Victim[] = ['trainer', 'parent', 'both'];

/** What a run leaves that must not depend on interruptions. */
export function resultOf(folder: RunFolder): Record<string, string> {
  // TensorBoard has a file for each process.
  const files = readdirSync(folder.path, {recursive: true, encoding: 'utf8'})
    .filter(file => !file.startsWith('tensorboard'))
    .sort();
  const models = files.filter(file => /\.(bin|json)$/.test(file) && file.startsWith('models'));
  return {
    files: files.join('\n'),
    predictions: readFileSync(folder.predictions, 'utf8'),
    metrics: readFileSync(folder.metrics, 'utf8').replaceAll(/,[^,]*$/gm, ''),
    summary: readFileSync(folder.summary, 'utf8'),
    ...Object.fromEntries(
      models.map(file => [file, readFileSync(path.join(folder.path, file), 'hex')]),
    ),
  };
}

/** The runs of a working folder, oldest first. */
export function runFolders(cwd: string): RunFolder[] {
  const runs = path.join(cwd, 'runs');
  return (existsSync(runs) ? readdirSync(runs) : [])
    .filter(name => /^\d{8}-/.test(name))
    .sort()
    .map(name => new RunFolder(path.join(runs, name)));
}

/** Whether the log counts its events without a gap or a repetition. */
export function isNumbered(folder: RunFolder): boolean {
  const lines = readFileSync(folder.events, 'utf8').trim().split('\n');
  return lines.every((line, index) => decodeEvent(line)?.seq === index + 1);
}

export type KillOptions = {
  /** An empty working folder with the experiment, for each new run. */
  readonly newPlace: () => string;
  readonly data: string;
  readonly kills: number;
  readonly seed: number;
  /** Kills of one run, before it may come to its end. */
  readonly killsPerRun: number;
};

export type KillReport = {
  readonly kills: Readonly<Record<Victim, number>>;
  readonly runs: number;
  /** What was not as it is without kills, in words. */
  readonly broken: readonly string[];
};

/**
 * Kills runs with SIGKILL at random moments from their first to their last, goes on with them, and
 * compares what they leave with a run that nobody disturbed.
 */
export async function killAndCompare(options: KillOptions): Promise<KillReport> {
  const {newPlace, data, seed, killsPerRun} = options;
  const random = seededRandom(seed);
  const start = (cwd: string, args: readonly string[], killAfterMs?: number): Promise<Finished> =>
    runKilled(['run', ...args, '--ci'], cwd, killAfterMs, victims[Math.floor(random() * 3)]!);
  const fresh = ['tiny', '--data', data];

  const place = newPlace();
  const startedMs = performance.now();
  await start(place, fresh);
  const wholeMs = performance.now() - startedMs;
  const expected = resultOf(runFolders(place)[0]!);

  const kills = {trainer: 0, parent: 0, both: 0};
  const broken: string[] = [];
  let runs = 0;
  let done = 0;
  async function runKilled(
    args: readonly string[],
    cwd: string,
    killAfterMs: number | undefined,
    victim: Victim,
  ): Promise<Finished> {
    let timer: NodeJS.Timeout | undefined;
    const finished = await runProgram(args, {
      cwd,
      env,
      onStart: child => {
        if (killAfterMs === undefined) return;
        timer = setTimeout(() => {
          const below = descendants(child.pid!);
          if (victim !== 'parent') below.forEach(pid => signal(pid));
          if (victim !== 'trainer') child.kill('SIGKILL');
          kills[victim] += 1;
          done += 1;
        }, killAfterMs);
      },
    });
    clearTimeout(timer);
    return finished;
  }

  while (done < options.kills) {
    const cwd = newPlace();
    let code: number | null = null;
    let args = fresh;
    for (let kill = 0; kill < killsPerRun && done < options.kills && code !== 0; kill++) {
      ({code} = await start(cwd, args, random() * wholeMs));
      // Killed before anything was written, it is simply started again.
      args = runFolders(cwd).length === 0 ? fresh : ['--resume'];
      if (args === fresh) code = null;
    }
    if (code !== 0) {
      const last = await start(cwd, args);
      if (last.code !== 0) broken.push(`run ${runs}: ${last.code} ${last.stdout} ${last.stderr}`);
    }
    runs += 1;
    broken.push(...flaws(cwd, expected).map(text => `run ${runs}: ${text}`));
  }
  return {kills, runs, broken};
}

/** What is not as it is without kills. */
function flaws(cwd: string, expected: Readonly<Record<string, string>>): string[] {
  const folders = runFolders(cwd);
  const [folder] = folders;
  if (folder === undefined || folders.length !== 1) return [`${folders.length} folders`];
  const result = resultOf(folder);
  const different = Object.keys({...expected, ...result}).filter(
    what => result[what] !== expected[what],
  );
  return [
    ...different.map(what => `${what}: ${result[what]}`),
    ...(isNumbered(folder) ? [] : ['the log has a gap']),
  ];
}
