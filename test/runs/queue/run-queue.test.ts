import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {describe, expect, it, onTestFinished} from 'vitest';
import {TrainerProcess} from '../../../src/runs/queue/trainer-process.js';
import {initialRunState} from '../../../src/runs/run-state.js';
import {readRun} from '../../../src/runs/run-record.js';
import {identityOf} from '../../../src/util/process-identity.js';
import {tinyExperiment} from '../../helpers/experiments.js';
import {fixture, newFolder, queueOf} from '../../helpers/queues.js';

function start(name: string, readyMs = 60_000): TrainerProcess {
  return new TrainerProcess(newFolder(), false, {
    program: fixture(name),
    env: process.env,
    onEvent: () => {},
    graceMs: 300,
    readyMs,
  });
}

describe('a trainer', () => {
  it('that ignores being asked to stop is killed, and that is said', async () => {
    const trainer = start('ignores-stop');
    await trainer.stop();
    expect(await trainer.ended).toMatchObject({
      how: 'killed',
      reason: 'it did not stop when asked',
    });
  });

  it('that is never ready is killed, and that is said', async () => {
    expect(await start('never-ready', 500).ended).toMatchObject({
      how: 'crashed',
      reason: 'was ended by SIGKILL: it was not ready in time',
    });
  });

  it('that dies leaves the end of its log as the reason', async () => {
    expect(await start('dies-silently').ended).toMatchObject({
      how: 'crashed',
      reason: 'was ended by SIGKILL',
      logTail: expect.stringContaining('happened') as string,
    });
  });

  it('that cannot be started at all is a crash like any other', async () => {
    expect(await start('is-not-there').ended).toMatchObject({
      how: 'crashed',
      logTail: expect.stringContaining('Cannot find module') as string,
    });
  });

  it('that can be let go of lives on', async () => {
    const trainer = start('ignores-stop');
    void trainer.detach();
    expect(await trainer.ended).toEqual({how: 'detached'});
    expect(() => process.kill(trainer.pid!, 0)).not.toThrow();
    process.kill(trainer.pid!, 'SIGKILL');
  });
});

describe('a queue', () => {
  it('continues after a crash, and writes the crash into the log of the run', async () => {
    const folder = newFolder();
    const queue = queueOf('dies-silently', folder);
    await queue.start();
    expect(queue.state.get().items.map(({run}) => run.status)).toEqual(['crashed', 'crashed']);
    const {status, state} = await readRun(folder);
    expect(status).toBe('crashed');
    expect(state.failure).toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('was ended by SIGKILL') as string,
    });
  });

  it('stops at the first failure when told to', async () => {
    const queue = queueOf('dies-silently', newFolder(), {failFast: true});
    await queue.start();
    expect(queue.state.get().items.map(({run}) => run.status)).toEqual(['crashed', 'cancelled']);
  });

  it('loses no event of a trainer that floods it', async () => {
    const folder = newFolder();
    const queue = queueOf('floods', folder);
    await queue.start();
    const [item] = queue.state.get().items;
    expect(item).toMatchObject({run: {status: 'completed', lastSeq: 20002}});
    expect(readFileSync(folder.trainerLog, 'utf8')).toBe('');
  });

  it('records a run that was killed because somebody insisted as stopped, and leaves no lock', async () => {
    const folder = newFolder();
    const queue = queueOf('ignores-stop', folder);
    const worked = queue.start();
    await expect.poll(() => existsSync(folder.trainerLog), {timeout: 30_000}).toBe(true);
    void queue.stop();
    await queue.kill();
    expect(queue.state.get().items.map(({run}) => run.status)).toEqual(['stopped', 'cancelled']);
    const {status, state} = await readRun(folder);
    expect(status).toBe('stopped');
    expect(state.log.at(-1)?.message).toContain('killed: it was asked to stop twice');
    expect(existsSync(folder.lock)).toBe(false);
    await worked;
  });

  it('gives a trainer its time for the checkpoint, however often it is asked to stop', async () => {
    const folder = newFolder();
    const queue = queueOf('ignores-stop', folder);
    const worked = queue.start();
    await expect.poll(() => existsSync(folder.trainerLog), {timeout: 30_000}).toBe(true);
    expect(queue.state.get().stopping).toBe(false);
    const stopped = [queue.stop(), queue.stop()];
    expect(queue.state.get().stopping).toBe(true);
    await Promise.all(stopped);
    const {state} = await readRun(folder);
    expect(state.log.at(-1)?.message).toContain('killed: it did not stop when asked');
    await worked;
    expect(queue.state.get().stopping).toBe(false);
  });

  it('does not skip the next run where the one that was meant has ended', async () => {
    const folder = newFolder();
    const queue = queueOf('ignores-stop', folder);
    const worked = queue.start();
    await expect.poll(() => existsSync(folder.trainerLog), {timeout: 30_000}).toBe(true);
    await queue.obey({type: 'skip', key: '2'});
    expect(queue.state.get().items.map(({run}) => run.status)).toEqual(['starting', 'queued']);
    await queue.kill();
    await worked;
  });

  it('stops a trainer that it follows, also when asked before it has read its log', async () => {
    const folder = newFolder();
    const trainer = spawn(process.execPath, [fixture('waits'), folder.path]);
    onTestFinished(() => void trainer.kill('SIGKILL'));
    writeFileSync(folder.lock, JSON.stringify(identityOf(trainer.pid!)));
    const queue = queueOf('waits', folder);
    await queue.obey({type: 'remove', key: '1'});
    await queue.obey({type: 'remove', key: '2'});
    const job = {experiment: tinyExperiment(), file: 'tiny', variant: {}};
    queue.addRuns([{job, folder: folder.path, run: initialRunState('1')}]);
    const ended = once(trainer, 'exit');
    const worked = queue.start();
    // It has begun; no file is read that soon.
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    await queue.stop();
    expect(await ended).toEqual([null, 'SIGTERM']);
    await worked;
  });

  it('follows what is trained already before it starts anything else', async () => {
    const folder = newFolder();
    const trainer = spawn(process.execPath, [fixture('waits'), folder.path]);
    onTestFinished(() => void trainer.kill('SIGKILL'));
    writeFileSync(folder.lock, JSON.stringify(identityOf(trainer.pid!)));
    const queue = queueOf('floods', newFolder());
    await queue.obey({type: 'remove', key: '2'});
    const job = {experiment: tinyExperiment(), file: 'tiny', variant: {}};
    queue.addRuns([{key: '9', job, folder: folder.path, run: initialRunState('9')}]);
    const worked = queue.start();
    await expect
      .poll(() => queue.state.get().items.at(-1)?.run.status, {timeout: 30_000})
      .toBe('starting');
    expect(queue.state.get().items.map(({run}) => run.status)).toEqual(['queued', 'starting']);
    trainer.kill('SIGKILL');
    await expect
      .poll(() => queue.state.get().items[0]?.run.status, {timeout: 60_000})
      .toBe('completed');
    await worked;
  });

  it('lets only what waits be moved and removed', async () => {
    const queue = queueOf('floods', newFolder());
    const keys = () => queue.state.get().items.map(({key}) => key);
    await queue.obey({type: 'move', key: '2', by: -1});
    expect(keys()).toEqual(['2', '1']);
    await queue.obey({type: 'move', key: '2', by: -1});
    expect(keys()).toEqual(['2', '1']);
    await queue.obey({type: 'remove', key: '2'});
    expect(keys()).toEqual(['1']);
  });
});
