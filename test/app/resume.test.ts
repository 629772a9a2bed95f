import {spawnSync} from 'node:child_process';
import {mkdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {planResume} from '../../src/app/resume.js';
import {appendToJournal, JOURNAL_VERSION} from '../../src/runs/queue/journal.js';
import {journalFile} from '../../src/runs/run-holder.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {writeInterruptedRun} from '../helpers/interrupted-run.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const QUEUE = '20260101-000000-0000abcd';

/** A queue with a run that was interrupted. */
function interruptedQueue(): {readonly runs: string; readonly lock: string} {
  const runs = path.join(temporaryFolder(), 'runs');
  const {id} = writeInterruptedRun(runs, QUEUE);
  mkdirSync(path.join(runs, '.queue'));
  appendToJournal(runs, QUEUE, {
    type: 'queue.opened',
    version: JOURNAL_VERSION,
    settings: {backend: 'auto', failFast: false},
  });
  const job = {experiment: tinyExperiment(), file: 'tiny', variant: {}};
  appendToJournal(runs, QUEUE, {type: 'items.added', items: [{key: '1', job}]});
  appendToJournal(runs, QUEUE, {type: 'item.started', key: '1', run: id});
  return {runs, lock: journalFile(runs, QUEUE, 'lock')};
}

describe.runIf(process.platform !== 'win32')('a queue that resumes', () => {
  it.each([
    ['a link', (file: string) => symlinkSync('/etc/hostname', file)],
    ['a pipe', (file: string) => void spawnSync('mkfifo', [file])],
    ['a folder', (file: string) => mkdirSync(file)],
  ])('names %s that stands where its lock belongs, and what to do', async (kind, make) => {
    const {runs, lock} = interruptedQueue();
    make(lock);
    await expect(planResume([QUEUE], runs)).rejects.toMatchObject({
      name: 'UserError',
      message: `${lock}: it is ${kind}, not a file. Expected a lock, or nothing.`,
      hint: 'Remove it, then try again.',
      exitCode: 1,
    });
    rmSync(lock, {recursive: true});
    expect((await planResume([QUEUE], runs)).runs).toHaveLength(1);
  });

  it('takes over a lock that is longer than any lock', async () => {
    const {runs, lock} = interruptedQueue();
    writeFileSync(lock, '['.repeat(100_000));
    expect((await planResume([QUEUE], runs, {force: true})).runs).toHaveLength(1);
  });
});
