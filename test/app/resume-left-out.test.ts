import {describe, expect, it} from 'vitest';
import {planResume} from '../../src/app/resume.js';
import {leaveQueue} from '../helpers/left-queues.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

describe('a queue with a run that cannot be resumed', () => {
  // The written runs carry another hash of their definition than they were begun with.
  it('continues with the others, says which is left out and why, and counts it as failed', async () => {
    const runs = temporaryFolder();
    const [broken] = await leaveQueue(runs, 'a', ['died', 'queued']);
    const plan = await planResume([], runs);
    expect(plan.runs.map(({run}) => run.status)).toEqual(['failed', 'queued']);
    expect(plan.notes.at(-1)).toContain(`${broken!.id} cannot be resumed and is left out: `);
    const [failure] = plan.runs.map(({run}) => run?.failure);
    expect(plan.notes.at(-1)).toContain(failure!.message);
    expect(failure!.exitCode).not.toBe(0);
  });

  it('is refused with the reason where nothing else is left', async () => {
    const runs = temporaryFolder();
    const [broken] = await leaveQueue(runs, 'a', ['died', 'completed']);
    await expect(planResume([], runs)).rejects.toThrow(broken!.experiment);
  });
});
