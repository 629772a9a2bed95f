import {expect, it} from 'vitest';
import {RunQueue} from '../../../src/runs/queue/run-queue.js';
import {readRun} from '../../../src/runs/run-record.js';
import {writeInterruptedRun} from '../../helpers/interrupted-run.js';
import {fixture, newJob, statuses} from '../../helpers/queues.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

it.runIf(process.platform === 'linux')(
  'two programs that resume one run at the same time: one trains it, and the other follows',
  async () => {
    const folder = writeInterruptedRun(temporaryFolder(), 'batch');
    const {state} = await readRun(folder);
    const queues = [1, 2].map(() => {
      const queue = new RunQueue({
        trainerProgram: fixture('locks'),
        env: process.env,
        failFast: false,
        now: () => 0,
        createRun: () => Promise.reject(new Error('No run is new.')),
      });
      queue.addRuns([{job: newJob(), folder: folder.path, run: {...state, status: 'queued'}}]);
      return queue;
    });
    await Promise.all(queues.map(queue => queue.start()));
    expect(queues.map(queue => statuses(queue))).toEqual([['completed'], ['completed']]);
  },
);
