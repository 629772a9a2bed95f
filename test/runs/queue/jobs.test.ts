import {execFileSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {RunQueue} from '../../../src/runs/queue/run-queue.js';
import {initialRunState} from '../../../src/runs/run-state.js';
import {readRun} from '../../../src/runs/run-record.js';
import {fixture, newFolder, newJob, queueOf, startedIn, statuses} from '../../helpers/queues.js';

describe('a queue with several jobs', () => {
  it('trains so many runs at a time, and starts the next where one ends or is added', async () => {
    const queue = queueOf('ignores-stop', newFolder(), {jobs: 2, runs: 3});
    const worked = queue.start();
    const [first] = await startedIn(queue, 2);
    expect(statuses(queue)).toEqual(['starting', 'starting', 'queued']);
    await queue.obey({type: 'remove', key: '3'});
    await queue.obey({type: 'skip', key: '1'});
    await expect.poll(() => statuses(queue)).toEqual(['stopped', 'starting']);
    expect((await readRun(first!)).status).toBe('stopped');
    // One place is free: what is added takes it at once.
    queue.add([newJob(), newJob()]);
    await startedIn(queue, 2);
    expect(statuses(queue)).toEqual(['stopped', 'starting', 'starting', 'queued']);
    await queue.kill();
    await worked;
    expect(statuses(queue)).toEqual(['stopped', 'stopped', 'stopped', 'cancelled']);
  });

  it('stops all of its trainers, and leaves no lock', async () => {
    const queue = queueOf('ignores-stop', newFolder(), {jobs: 2, runs: 3});
    const worked = queue.start();
    const folders = await startedIn(queue, 2);
    await queue.stop();
    expect(statuses(queue)).toEqual(['stopped', 'stopped', 'cancelled']);
    for (const folder of folders) expect(existsSync(folder.lock)).toBe(false);
    await worked;
  });

  it('lets go of all of them, and says that they are left, whether others wait or not', async () => {
    for (const runs of [2, 3]) {
      const queue = queueOf('ignores-stop', newFolder(), {jobs: 2, runs});
      const pids = new Set<number>();
      const worked = queue.start();
      const folders = await startedIn(queue, 2);
      for (const {path: folder} of folders) pids.add(pidOf(folder));
      expect(await queue.detach()).toBe(true);
      await worked;
      for (const pid of pids) {
        expect(() => process.kill(pid, 0)).not.toThrow();
        process.kill(pid, 'SIGKILL');
      }
      expect(pids.size).toBe(2);
    }
  });

  it('loses only the run whose trainer dies', async () => {
    const queue = queueOf('ignores-stop', newFolder(), {jobs: 2});
    const worked = queue.start();
    const [first] = await startedIn(queue, 2);
    process.kill(pidOf(first!.path), 'SIGKILL');
    await expect.poll(() => statuses(queue), {timeout: 30_000}).toEqual(['crashed', 'starting']);
    await queue.kill();
    await worked;
    expect(statuses(queue)).toEqual(['crashed', 'stopped']);
  });

  it('starts nothing more after a failure when told to, and lets the others end', async () => {
    const queue = queueOf('ignores-stop', newFolder(), {jobs: 2, runs: 3, failFast: true});
    const worked = queue.start();
    const [first] = await startedIn(queue, 2);
    process.kill(pidOf(first!.path), 'SIGKILL');
    await expect
      .poll(() => statuses(queue), {timeout: 30_000})
      .toEqual(['crashed', 'starting', 'cancelled']);
    await queue.kill();
    await worked;
  });

  it('adds the seeds of a search only where all results are there', async () => {
    const asked: string[][] = [];
    const queue = new RunQueue({
      trainerProgram: fixture('floods'),
      ...{env: process.env, failFast: false, jobs: 2, now: () => 0},
      createRun: () => Promise.resolve(newFolder()),
      grow: items => {
        asked.push(items.map(({run}) => run.status));
        const job = {job: newJob(), folder: undefined, run: initialRunState('')};
        return Promise.resolve({runs: asked.length === 1 ? [job] : [], looks: []});
      },
    });
    queue.add([newJob(), newJob()]);
    await queue.start();
    expect(asked).toEqual([
      ['completed', 'completed'],
      ['completed', 'completed', 'completed'],
    ]);
  });
});

/** Process id of the trainer whose command line has this run. */
function pidOf(folder: string): number {
  return Number(execFileSync('pgrep', ['-f', `ignores-stop.mjs ${folder}$`], {encoding: 'utf8'}));
}
