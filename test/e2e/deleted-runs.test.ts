import {existsSync, rmSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {RunFolder} from '../../src/runs/run-folder.js';
import {moveToTrash} from '../../src/runs/trash.js';
import {leaveQueue} from '../helpers/left-queues.js';
import {runProgram, type Finished} from '../helpers/program.js';
import {workplace} from '../helpers/workplace.js';

const runs = (cwd: string, ...args: string[]): Promise<Finished> =>
  runProgram(['runs', ...args], {cwd});

describe('runs', () => {
  it('lists deleted runs, takes one back, and removes the rest for good', async () => {
    const cwd = workplace();
    const folder = path.join(cwd, 'runs');
    const [first, second] = await leaveQueue(folder, 'a', ['completed', 'completed']);
    for (const run of [first, second]) await moveToTrash(run!, Date.now());
    expect((await runs(cwd)).stderr).toContain('There are no runs');

    const trash = await runs(cwd, '--trash');
    expect(trash.stdout).toContain(first!.id);
    expect(trash.stdout).toContain(second!.id);

    const restored = await runs(cwd, '--restore', first!.id);
    expect(restored).toMatchObject({code: 0, stderr: ''});
    expect(restored.stdout).toContain('Restored: ');
    expect((await runs(cwd)).stdout).toContain(first!.id);
    expect((await runs(cwd)).stdout).not.toContain(second!.id);

    const again = await runs(cwd, '--restore', first!.id);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('celeba-tui runs --trash lists them.');

    expect((await runs(cwd, '--empty-trash')).stdout).toContain(
      'Permanently removed: 1 deleted run.',
    );
    expect((await runs(cwd, '--trash')).stderr).toContain('There are no deleted runs');
    expect(existsSync(new RunFolder(first!.path).events)).toBe(true);
  });

  it('offers interrupted runs at each start until they are dismissed', async () => {
    const cwd = workplace();
    const folder = path.join(cwd, 'runs');
    await leaveQueue(folder, 'a', ['died', 'queued']);
    expect((await runs(cwd)).stderr).toContain('1 crashed, 1 queued. To resume: ');
    expect((await runs(cwd, '--dismiss')).stdout).toContain('Dismissed: 1 crashed, 1 queued.');
    expect((await runs(cwd)).stderr).toBe('');
    expect((await runs(cwd, '--dismiss')).stdout).toContain('no interrupted runs');
    rmSync(path.join(folder, '.queue', 'dismissed.json'));
    expect((await runs(cwd)).stderr).toContain('1 crashed');
  });

  it('is asked for one thing at a time', async () => {
    const {code, stderr} = await runs(workplace(), '--trash', '--dismiss');
    expect(code).toBe(2);
    expect(stderr).toContain('expected at most one of');
  });
});
