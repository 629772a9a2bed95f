import {readFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {useThreads, withDividedThreads} from '../../src/tensorflow/native/threads.js';
import {readRunInfo} from '../../src/runs/run-info.js';
import {resultOf, runFolders} from '../helpers/kills.js';
import {descendants, signal} from '../helpers/processes.js';
import {runProgram} from '../helpers/program.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {canPin, kinds, resultsWith, threadPlace} from '../helpers/thread-runs.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';

let data: string;
beforeAll(async () => {
  data = await writeTinyFaces(path.join(temporaryFolder(), 'faces'), {images: 40});
});

describe("TensorFlow's threads", () => {
  it('are one for each core, as many as the environment says, or those a run began with', () => {
    const env: NodeJS.ProcessEnv = {};
    expect(useThreads(env, undefined, 8)).toBe(8);
    expect(env['TF_NUM_INTRAOP_THREADS']).toBe('8');
    expect(useThreads({TF_NUM_INTRAOP_THREADS: '3'}, undefined, 8)).toBe(3);
    expect(useThreads({TF_NUM_INTRAOP_THREADS: 'many'}, undefined, 8)).toBe(8);
    expect(useThreads({TF_NUM_INTRAOP_THREADS: '3'}, 2, 8)).toBe(2);
  });

  it('are divided among trainers that work at the same time, unless somebody set them', () => {
    const threads = (jobs: number, cores: number, env: NodeJS.ProcessEnv = {}): number =>
      useThreads({...withDividedThreads(env, jobs, cores)}, undefined, cores);
    expect([threads(1, 8), threads(2, 8), threads(3, 8), threads(9, 8)]).toEqual([8, 4, 2, 1]);
    expect(threads(2, 8, {TF_NUM_INTRAOP_THREADS: '3'})).toBe(3);
  });

  it.runIf(canPin)('decide the bytes of every kind of network, not the cores', async () => {
    const everywhere = await resultsWith(data, {threads: 2});
    expect(everywhere).toHaveLength(kinds.length);
    expect(await resultsWith(data, {threads: 2, pinned: true})).toEqual(everywhere);
    expect(await resultsWith(data, {threads: 1})).not.toEqual(everywhere);
  });

  it.runIf(process.platform === 'linux')(
    'stay as many as a run began with when it resumes elsewhere',
    async () => {
      const args = ['--data', data, '--ci', '--set', 'training.epochs=6'];
      const begin = {TF_NUM_INTRAOP_THREADS: '1'};
      const whole = threadPlace();
      await runProgram(['run', 'multi-output', ...args], {cwd: whole, env: begin});
      const cwd = threadPlace();
      await runProgram(['run', 'multi-output', ...args], {
        cwd,
        env: begin,
        onOutput: (stdout, child) => {
          if (!stdout.includes('epoch  2/6')) return;
          descendants(child.pid!).forEach(pid => signal(pid));
          child.kill('SIGKILL');
        },
      });
      const elsewhere = {TF_NUM_INTRAOP_THREADS: '2'};
      const {code} = await runProgram(['run', '--resume', '--ci'], {cwd, env: elsewhere});
      expect(code).toBe(0);
      const [folder] = runFolders(cwd);
      expect(readRunInfo(folder!).info).toMatchObject({threads: 1});
      expect(resultOf(folder!)).toEqual(resultOf(runFolders(whole)[0]!));
      expect(readFileSync(folder!.events, 'utf8')).toContain('run.continued');
    },
  );
});
