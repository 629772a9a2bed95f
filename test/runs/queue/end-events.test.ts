import {describe, expect, it} from 'vitest';
import {endEvents} from '../../../src/runs/queue/end-events.js';
import {writeInterruptedRun} from '../../helpers/interrupted-run.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

async function failureOf(reason: string, logTail: string): Promise<unknown> {
  const folder = writeInterruptedRun(temporaryFolder(), 'batch');
  const end = {how: 'crashed', reason, logTail} as const;
  return (await endEvents(folder, end, {lastSeq: 99, at: ''})).at(-1);
}

describe('a trainer that died', () => {
  it.each([
    ['Error: EMFILE: too many open files, open', 'too many files are open (EMFILE)'],
    ['Error: spawn EAGAIN', 'no more processes or threads can be started (EAGAIN)'],
    ['what():  Resource temporarily unavailable', 'no more processes or threads can be started'],
    ["Assertion `(0) == (uv_thread_create(t.get()))' failed.", 'no more processes or threads'],
    ['ENOSPC: no space left on device, write', 'the disk is full'],
  ])('for want of something is told in a sentence, without its stack: %s', async (said, words) => {
    const event = await failureOf('ended with exit code 1', `${said}\n    at open (node:fs:1:1)`);
    expect(event).toMatchObject({
      type: 'run.failed',
      message: expect.stringContaining(`The trainer could not continue: ${words}`) as string,
      hint: expect.stringContaining('run --resume') as string,
      exitCode: 4,
    });
    expect(JSON.stringify(event)).not.toContain('at open');
  });

  it('for another reason keeps the end of its log as the reason', async () => {
    expect(await failureOf('ended with exit code 1', 'TypeError: x')).toMatchObject({
      message: 'The trainer ended with exit code 1.\nTypeError: x',
    });
  });
});
