import {mkdirSync, readFileSync, readdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {findNativePackage} from '../../src/tensorflow/load.js';
import {nativePaths} from '../../src/tensorflow/native/paths.js';
import {readRunInfo} from '../../src/runs/run-info.js';
import {readRun, type RunRecord} from '../../src/runs/run-record.js';
import {RunFolder} from '../../src/runs/run-folder.js';
import {runProgram, type Finished} from '../helpers/program.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';

let data: string;
beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder(), {images: 40});
});

type Trained = Finished & {readonly folder: RunFolder};

async function train(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Trained> {
  const cwd = workplace();
  const finished = await runProgram(['run', 'tiny', '--data', data, '--ci', ...args], {cwd, env});
  const [id] = readdirSync(path.join(cwd, 'runs')).filter(name => /^\d{8}-/.test(name));
  return {...finished, folder: new RunFolder(path.join(cwd, 'runs', id as string))};
}

/** Where nothing native is found, unless tfjs-node is installed beside the program with a binding. */
const bareCache = {CELEBA_TUI_CACHE: temporaryFolder()};
const isInstalled = findNativePackage(bareCache) !== undefined;

describe('a run without the native backend', () => {
  it('learns the same on WebAssembly and in plain JavaScript, and says which it was', async () => {
    const native = await readRun((await train(['--backend', 'tensorflow'])).folder);
    for (const backend of ['wasm', 'cpu']) {
      const {code, stdout, folder} = await train(['--backend', backend]);
      expect(code).toBe(0);
      expect(stdout).toContain(backend === 'wasm' ? 'WebAssembly with SIMD' : 'plain JavaScript');
      const {info} = readRunInfo(folder);
      expect(info).toMatchObject({
        backend,
        versions: {backend: expect.stringMatching(/^tfjs /) as string},
      });
      expect(readdirSync(folder.path)).toContain('predictions.csv');
      const losses = ({state}: RunRecord): number[] =>
        state.models[0]!.history.map(({validation}) => validation.loss);
      const ours = losses(await readRun(folder));
      losses(native).forEach((loss, epoch) => expect(ours[epoch]).toBeCloseTo(loss, 3));
    }
  });

  it.skipIf(isInstalled)('trains on WebAssembly by itself, with the reason', async () => {
    const {code, stdout, folder} = await train([], bareCache);
    expect(code).toBe(0);
    expect(stdout).toContain('The native backend is not installed');
    expect(readRunInfo(folder).info).toMatchObject({backend: 'wasm'});
  });

  it.skipIf(isInstalled)('does so where the native backend does not load, too', async () => {
    const cache = temporaryFolder();
    const library = path.join(nativePaths(cache).package, 'lib', 'napi-v8');
    mkdirSync(library, {recursive: true});
    writeFileSync(path.join(library, 'tfjs_binding.node'), 'for another machine');
    const {code, stdout, folder} = await train([], {CELEBA_TUI_CACHE: cache});
    expect(code).toBe(0);
    expect(stdout).toContain('the native backend does not load');
    expect(readRunInfo(folder).info).toMatchObject({backend: 'wasm'});
    expect(readFileSync(folder.trainerLog, 'utf8')).not.toContain('Error:');
  });

  it.skipIf(isInstalled)('is told of by doctor, as a note', async () => {
    const {code, stdout} = await runProgram(['doctor'], {cwd: workplace(), env: bareCache});
    expect(code).toBe(0);
    expect(stdout).toMatch(/^note +backend +no native backend is installed; .* WebAssembly/m);
    expect(stdout).toContain('celeba-tui doctor --fix');
  });
});
