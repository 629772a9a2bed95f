import {existsSync, mkdirSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect} from 'vitest';
import type {RunJob} from '../../src/runs/queue/journal.js';
import type {RunQueueOptions} from '../../src/runs/queue/queue-state.js';
import {RunQueue} from '../../src/runs/queue/run-queue.js';
import {RunFolder} from '../../src/runs/run-folder.js';
import {tinyExperiment} from './experiments.js';
import {temporaryFolder} from './temporary-folder.js';

/** A program that behaves as its name says, in place of a trainer. */
export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/trainers/${name}.mjs`, import.meta.url));

/** The folder of a run. */
export function newFolder(): RunFolder {
  const folder = path.join(temporaryFolder(), '20260101-000000-tiny-0000');
  mkdirSync(folder);
  return new RunFolder(folder);
}

type QueueSetting = Partial<Pick<RunQueueOptions, 'failFast' | 'jobs'>> & {
  readonly runs?: number;
};

/** A queue of runs whose trainers behave as the name of a fixture says. */
export function queueOf(
  name: string,
  folder: RunFolder,
  {failFast = false, jobs = 1, runs = 2}: QueueSetting = {},
): RunQueue {
  let count = 0;
  const queue = new RunQueue({
    trainerProgram: fixture(name),
    env: process.env,
    ...{failFast, jobs},
    now: () => 0,
    createRun: () => {
      const own = count++ === 0 ? folder : new RunFolder(`${folder.path}-${count}`);
      mkdirSync(own.path, {recursive: true});
      return Promise.resolve(own);
    },
  });
  queue.add(Array.from({length: runs}, newJob));
  return queue;
}

export const newJob = (): RunJob => ({experiment: tinyExperiment(), file: 'tiny', variant: {}});

/** Of the runs of a queue, in its order. */
export const statuses = (queue: RunQueue): string[] =>
  queue.state.get().items.map(({run}) => run.status);

/** Waits until so many trainers of a queue have started, and returns their runs' folders. */
export async function startedIn(queue: RunQueue, count: number): Promise<RunFolder[]> {
  const started = (): RunFolder[] =>
    queue.state
      .get()
      .items.flatMap(({folder, run}) =>
        folder === undefined || run.status !== 'starting' ? [] : [new RunFolder(folder)],
      )
      .filter(({trainerLog}) => existsSync(trainerLog));
  await expect.poll(() => started().length, {timeout: 30_000}).toBe(count);
  return started();
}
