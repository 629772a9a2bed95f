import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {isProcessAlive} from '../../src/util/process-identity.js';
import {runProgram} from '../helpers/program.js';
import {PseudoTerminal} from '../helpers/pseudo-terminal.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {place, records, trainerOf} from '../helpers/terminal-runs.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';

let data: string;
beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder(), {images: 40});
});

/** Whether a process without a terminal holds the queue. */
function isQueueWorkedOn(cwd: string): boolean {
  return readdirSync(path.join(cwd, 'runs', '.queue')).some(name => name.endsWith('.lock'));
}

describe('a terminal that is closed', () => {
  it.each([
    ['with the signal for it', '"$@" 2>said'],
    ['without a signal', 'trap \'\' HUP; "$@" 2>said; echo $? >code'],
  ])('leaves the run training, and nothing crashes, %s', async (_, script) => {
    const cwd = place();
    const args = ['run', 'long', '--data', data];
    const terminal = new PseudoTerminal({cwd, args, script});
    await terminal.see(/epoch \d+ of 10000 · running/);
    const {pid} = terminal;
    const trainer = await trainerOf(cwd);
    terminal.hangUp();
    try {
      await terminal.until(() => !isProcessAlive({pid}), 'the end of the program');
      expect(isProcessAlive({pid: trainer})).toBe(true);
      // The shell says `Hangup`.
      expect(readFileSync(path.join(cwd, 'said'), 'utf8')).not.toMatch(/assertion|^ +at /im);
      const code = path.join(cwd, 'code');
      if (script.includes('code')) {
        const written = (): string => (existsSync(code) ? readFileSync(code, 'utf8').trim() : '');
        await terminal.until(() => written() !== '', 'the exit code');
        expect(written()).toBe('129');
      }
      await expect.poll(() => isQueueWorkedOn(cwd), {timeout: 20_000}).toBe(true);
      const {stdout} = await runProgram(['runs'], {cwd});
      expect(stdout).toMatch(/-long-.*running Male/);
    } finally {
      process.kill(trainer, 'SIGTERM');
    }
    await terminal.until(() => !isProcessAlive({pid: trainer}), 'the end of the trainer');
    await expect.poll(() => isQueueWorkedOn(cwd), {timeout: 20_000}).toBe(false);
  });

  it('ends a run without the interface with a checkpoint', async () => {
    const cwd = place();
    const args = ['run', 'long', '--ci', '--data', data];
    const terminal = new PseudoTerminal({cwd, args, script: '"$@" 2>said'});
    await terminal.see('/10000  loss');
    terminal.hangUp();
    await expect
      .poll(async () => (await records(cwd))[0]?.status, {timeout: 20_000})
      .toBe('stopped');
    expect(readFileSync(path.join(cwd, 'said'), 'utf8')).not.toMatch(/assertion|^ +at /im);
  });
});
