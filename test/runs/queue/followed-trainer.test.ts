import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it, onTestFinished} from 'vitest';
import {signalTrainer} from '../../../src/runs/queue/followed-trainer.js';
import {RunFolder} from '../../../src/runs/run-folder.js';
import {assertNotTrained} from '../../../src/runs/run-holder.js';
import {readRun} from '../../../src/runs/run-record.js';
import {identityOf, thisProcess} from '../../../src/util/process-identity.js';
import {writeRun} from '../../helpers/written-runs.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const program = fileURLToPath(new URL('../../fixtures/trainers/waits.mjs', import.meta.url));
const linux = process.platform === 'linux';

function newFolder(name = '20260101-000000-tiny-0000'): RunFolder {
  const folder = new RunFolder(path.join(temporaryFolder(), name));
  mkdirSync(folder.path);
  return folder;
}

function started(...args: readonly string[]): ChildProcess & {pid: number} {
  const child = spawn(process.execPath, [...args], {stdio: 'ignore'});
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.pid === undefined) throw new Error('It did not start.');
  return Object.assign(child, {pid: child.pid});
}

describe.runIf(linux)('a trainer that another process started', () => {
  it('is signalled where its lock and its command line say that it trains this run', async () => {
    const folder = newFolder();
    const link = path.join(temporaryFolder(), 'link');
    symlinkSync(folder.path, link);
    const trainer = started(program, link);
    writeFileSync(folder.lock, JSON.stringify(identityOf(trainer.pid)));
    const ended = once(trainer, 'exit');
    expect(await signalTrainer(folder, program, 'SIGTERM')).toBeUndefined();
    expect(await ended).toEqual([null, 'SIGTERM']);
    expect(await signalTrainer(folder, program, 'SIGTERM')).toBeUndefined();
  });

  it.each([
    ['some other program', () => ['-e', 'setInterval(() => {}, 1000)']],
    ['the trainer of another run', () => [program, newFolder().path]],
    [
      'a program whose arguments name the run',
      (run: string) => ['-e', '0;setInterval(() => {}, 1000)', run],
    ],
  ])('is not signalled where its lock names %s', async (_what, args) => {
    const folder = newFolder();
    const innocent = started(...args(folder.path));
    writeFileSync(folder.lock, JSON.stringify(identityOf(innocent.pid)));
    expect(await signalTrainer(folder, program, 'SIGKILL')).toContain(
      'nothing shows that this process is its trainer',
    );
    expect([innocent.exitCode, innocent.signalCode]).toEqual([null, null]);
  });

  it('is not signalled where another namespace has it, or an id without a beginning', async () => {
    const folder = newFolder();
    const trainer = started(program, folder.path);
    const {pid, ...identity} = identityOf(trainer.pid);
    for (const holder of [{...identity, pid, namespace: 'pid:[1]'}, {pid}]) {
      writeFileSync(folder.lock, JSON.stringify(holder));
      expect(await signalTrainer(folder, program, 'SIGKILL')).toContain('stop it there');
    }
    expect([trainer.exitCode, trainer.signalCode]).toEqual([null, null]);
  });

  it('keeps its run from being deleted, whatever the log says, also where it cannot be seen', async () => {
    const folder = newFolder();
    await assertNotTrained(folder);
    writeFileSync(folder.lock, JSON.stringify(thisProcess()));
    await expect(assertNotTrained(folder)).rejects.toThrow(`is trained by process ${process.pid}`);
    writeFileSync(folder.lock, JSON.stringify({...thisProcess(), namespace: 'pid:[1]'}));
    await expect(assertNotTrained(folder)).rejects.toThrow('in another container');
  });

  it('is nobody where only the log of the run names a process', async () => {
    const {pid, start = ''} = thisProcess();
    const folder = writeRun(temporaryFolder(), {
      id: '20260101-000000-tiny-0000',
      experiment: 'tiny',
      heads: {Male: [1]},
      last: {
        type: 'run.started',
        experiment: 'tiny',
        heads: [],
        models: [],
        epochs: 1,
        backend: 'b',
        pid,
        processStart: start,
      },
    });
    const {status, state} = await readRun(folder);
    expect([state.trainer?.pid, status]).toEqual([pid, 'crashed']);
    expect(await signalTrainer(folder, program, 'SIGKILL')).toBeUndefined();
  });
});
