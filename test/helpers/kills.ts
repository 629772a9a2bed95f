import {existsSync, readFileSync, readdirSync} from 'node:fs';
import path from 'node:path';
import {decodeEvent} from '../../src/runs/events.js';
import {RunFolder} from '../../src/runs/run-folder.js';
import {deriveSeed, seededRandom, type Random} from '../../src/util/random.js';
import {isUnfinishedCheckpoint, runKilled, type Kill, type Victim} from './killed-program.js';

/**
 * Everything that a checkpoint must hold or repeat: two models, dropout, moving averages, slots, a schedule, best
 * weights, changed images, branches, averaged weights and updates of several batches.
 */
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
    - residual: {layers: [{separableConv2d: {filters: 6, padding: same}}, {groupNormalization: {groups: 2}}]}
    - squeezeExcitation: {ratio: 2}
    - spatialDropout2d: {rate: 0.1}
    - flatten: {}
    - dropout: {rate: 0.3}
    - dense: {units: 8, activation: relu}
training:
  epochs: 12
  batchSize: 5
  optimizer: {adam: {learningRate: 0.003}}
  schedule: {kind: plateau, patience: 1, factor: 0.7}
  accumulate: 3
  ema: {decay: 0.9}
  earlyStopping: {patience: 10}
  loss: {labelSmoothing: 0.1, focalGamma: 1}
  augment: {flip: true, shift: 0.1, rotation: 0.02, contrast: 0.2, mixup: 0.3}
  clipNorm: 1
  seed: 3
`;

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

type KillOptions = {
  /** An empty working folder with the experiment, for each new run. */
  readonly newPlace: () => string;
  readonly data: string;
  readonly kills: number;
  readonly seed: number;
  /** Kills of one run, before it may come to its end. */
  readonly killsPerRun: number;
};

type KillReport = {
  readonly kills: Readonly<Record<Victim, number>>;
  /** How many of them left a checkpoint that was half-written. */
  readonly whileWriting: number;
  readonly runs: number;
  /** What was not as it is without kills, in words. */
  readonly broken: readonly string[];
};

/** Runs at a time: while one waits for the disk another trains. */
const LANES = 2;
/** Kills after which a campaign ends though none of them met a checkpoint that was being written. */
const MOST_KILLS = 150;
/** Checkpoints that a process may write before it is killed in the middle of the next. */
const MOST_CHECKPOINTS = 60;

/**
 * Kills runs with SIGKILL at random moments from their first to their last, half of them while they
 * write a checkpoint, resumes them, and compares what they leave with a run that nobody
 * disturbed.
 */
export async function killAndCompare(options: KillOptions): Promise<KillReport> {
  const {newPlace, data, seed} = options;
  const fresh = ['run', 'tiny', '--data', data, '--ci'];

  const place = newPlace();
  const startedMs = performance.now();
  await runKilled(fresh, place);
  const wholeMs = performance.now() - startedMs;
  const expected = resultOf(runFolders(place)[0]!);

  const kills = {trainer: 0, parent: 0, both: 0};
  const broken: string[] = [];
  let whileWriting = 0;
  let runs = 0;
  const isLeft = (): boolean => {
    const done = kills.trainer + kills.parent + kills.both;
    // A fast disk seldom leaves a half-written checkpoint: kills continue until there is one.
    return done < options.kills || (whileWriting === 0 && done < MOST_KILLS);
  };

  async function oneRun(run: number): Promise<void> {
    const random = seededRandom(deriveSeed(seed, `run/${run}`));
    const cwd = newPlace();
    // Killed before anything was written, it is simply started again.
    const args = (): readonly string[] =>
      runFolders(cwd).length === 0 ? fresh : ['run', '--resume', '--ci'];
    let isOver = false;
    for (let index = 0; index < options.killsPerRun && isLeft() && !isOver; index++) {
      const kill = randomKill(random, wholeMs);
      const finished = await runKilled(args(), cwd, kill);
      if (finished.wasKilled) kills[kill.victim] += 1;
      if (runFolders(cwd).some(hasTornCheckpoint)) whileWriting += 1;
      isOver = finished.code === 0;
    }
    if (!isOver) {
      const {code, stdout, stderr} = await runKilled(args(), cwd);
      if (code !== 0) broken.push(`run ${run}: ${code} ${stdout} ${stderr}`);
    }
    broken.push(...flaws(cwd, expected).map(text => `run ${run}: ${text}`));
  }

  const lane = async (): Promise<void> => {
    while (isLeft()) await oneRun(++runs);
  };
  await Promise.all(Array.from({length: LANES}, lane));
  return {kills, whileWriting, runs, broken};
}

/** @param wholeMs How long a run takes that nobody kills. */
function randomKill(random: Random, wholeMs: number): Kill {
  // Without its parent a trainer ends by itself, in no hurry: nothing is torn then.
  return random() < 0.5
    ? {
        victim: random() < 0.5 ? 'trainer' : 'both',
        moment: {checkpoint: 1 + Math.floor(random() * MOST_CHECKPOINTS)},
      }
    : {
        victim: (['trainer', 'parent', 'both'] as const)[Math.floor(random() * 3)]!,
        moment: {afterMs: random() * wholeMs},
      };
}

/** Whether a kill left a checkpoint in the middle of being written. */
function hasTornCheckpoint({checkpoints}: RunFolder): boolean {
  return existsSync(checkpoints) && readdirSync(checkpoints).some(isUnfinishedCheckpoint);
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
