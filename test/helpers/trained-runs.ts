import {createHash} from 'node:crypto';
import {cpSync, existsSync, mkdirSync, readdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {RunFolder} from '../../src/runs/run-folder.js';
import {withLock} from '../../src/util/lock.js';
import {tinyYaml} from './experiments.js';
import {runProgram} from './program.js';
import {writeTinyFaces} from './tiny-faces.js';
import {sharedFolder, temporaryFolder} from './temporary-folder.js';

const KINDS = ['separate', 'multi-output', 'concatenated'] as const;

export type TrainedRuns = {
  /** The working folder; its runs are in `runs`. */
  readonly cwd: string;
  /** Of the images. */
  readonly images: string;
  readonly runs: Readonly<Record<(typeof KINDS)[number], RunFolder>>;
};

/**
 * A run of each kind of network on tiny faces, trained by the program itself: once for all files of
 * a suite, each of which gets a copy.
 *
 * @param overrides As in `--set`.
 */
export async function trainTinyRuns(...overrides: string[]): Promise<TrainedRuns> {
  const name = createHash('sha256').update(overrides.join('\n')).digest('hex').slice(0, 12);
  const shared = path.join(sharedFolder(), `trained-${name}`);
  const done = path.join(shared, 'done');
  await withLock(`${shared}.lock`, async () => {
    if (existsSync(done)) return;
    await train(shared, overrides);
    writeFileSync(done, '');
  });
  const cwd = temporaryFolder('trained');
  cpSync(shared, cwd, {recursive: true});
  const folder = (kind: string): RunFolder => {
    const id = readdirSync(path.join(cwd, 'runs')).find(name => name.includes(`-${kind}-`));
    if (id === undefined) throw new Error(`There is no run of ${kind}.`);
    return new RunFolder(path.join(cwd, 'runs', id));
  };
  return {
    cwd,
    images: path.join(cwd, 'faces', 'img_align_celeba'),
    runs: {
      separate: folder('separate'),
      'multi-output': folder('multi-output'),
      concatenated: folder('concatenated'),
    },
  };
}

async function train(cwd: string, overrides: readonly string[]): Promise<void> {
  const data = await writeTinyFaces(path.join(cwd, 'faces'), {images: 40});
  mkdirSync(path.join(cwd, 'experiments'), {recursive: true});
  for (const kind of KINDS) {
    const yaml = tinyYaml
      .replace('name: tiny', `name: ${kind}`)
      .replace('multi-output\n', `${kind}\n`);
    writeFileSync(path.join(cwd, 'experiments', `${kind}.yaml`), yaml);
  }
  const set = overrides.flatMap(text => ['--set', text]);
  const given = ['run', ...KINDS, '--ci', '--data', data, ...set];
  const {code, stdout, stderr} = await runProgram(given, {cwd});
  if (code !== 0) throw new Error(`The tiny runs failed:\n${stdout}\n${stderr}`);
}
