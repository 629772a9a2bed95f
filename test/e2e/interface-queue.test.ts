import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {isProcessAlive} from '../../src/util/process-identity.js';
import {tinyYaml} from '../helpers/experiments.js';
import {PseudoTerminal} from '../helpers/pseudo-terminal.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {holderOf, records, trainerOf} from '../helpers/terminal-runs.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';

let data: string;
beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder(), {images: 40});
});

/** A queue of three is left while its first run, of so many epochs, is under way. */
async function leaveQueue(epochs: number): Promise<string> {
  const cwd = workplace();
  for (const [name, own] of Object.entries({slow: epochs, second: 2, third: 2}))
    writeFileSync(
      path.join(cwd, 'experiments', `${name}.yaml`),
      tinyYaml.replace('name: tiny', `name: ${name}`).replace('epochs: 2', `epochs: ${own}`),
    );
  const args = ['run', 'slow', 'second', 'third', '--data', data];
  const terminal = new PseudoTerminal({cwd, args});
  await terminal.see(new RegExp(`epoch \\d+ of ${epochs} · running`));
  await terminal.see('queued');
  terminal.press('q');
  await terminal.see('A run is in progress, 2 queued:');
  terminal.press('l');
  const text = await terminal.end();
  expect(text).toContain('celeba-tui: slow continues, then 2 queued; results are in ./runs');
  return cwd;
}

describe('a queue that is left', () => {
  it('runs all that waits, and is shown when the interface is opened again', async () => {
    const cwd = await leaveQueue(800);
    const again = new PseudoTerminal({cwd, args: ['--data', data]});
    await again.see('▶ 1/3');
    again.press('2');
    await again.see(/▶ slow/);
    await again.see(/○ second +queued/);
    await again.see(/○ third +queued/);
    again.press('3');
    for (const name of ['slow', 'second', 'third'])
      await again.see(new RegExp(`${name} +✓ completed`));
    again.press('q');
    await again.end();
    const all = await records(cwd);
    expect(all.map(({state, status}) => `${state.experiment} ${status}`)).toEqual([
      'slow completed',
      'second completed',
      'third completed',
    ]);
  });

  it('is paused, rearranged and skipped from another interface', async () => {
    const cwd = await leaveQueue(10_000);
    await expect.poll(() => holderOf(cwd) ?? 0, {timeout: 10_000}).toBeGreaterThan(0);
    const again = new PseudoTerminal({cwd, args: ['--data', data], columns: 80});
    await again.see('▶ 1/3');
    again.press('2');
    await again.see(/▶ slow/);
    again.press('p');
    await again.see(/‖ slow +paused/);
    again.press('p');
    await again.see(/▶ slow +\d+ %/);
    again.press('j');
    await again.see(/▸○ second/);
    again.press('d');
    await again.see('Remove second from the queue?');
    again.press('y');
    await again.until(() => !again.text.includes('second'), 'the end of the removed run');
    again.press('n');
    // The answers are seen, however narrow the terminal is.
    await again.see(/Stop slow with a checkpoint and start the next run\?.*y next {2}n continue/);
    again.press('y');
    // An answer counts where its key is pressed alone: the next one waits for it.
    await again.until(() => !again.text.includes('y next'), 'the end of the question');
    again.press('3');
    await again.see(/slow +■ stopped/);
    await again.see(/third +✓ completed/);
    again.press('q');
    await again.end();
    expect((await records(cwd)).map(({state, status}) => `${state.experiment} ${status}`)).toEqual([
      'slow stopped',
      'third completed',
    ]);
  });

  it('is resumed as a whole by one key, after its process and its trainer were killed', async () => {
    const cwd = await leaveQueue(400);
    await expect.poll(() => holderOf(cwd) ?? 0, {timeout: 10_000}).toBeGreaterThan(0);
    const trainer = await trainerOf(cwd);
    process.kill(holderOf(cwd)!, 'SIGKILL');
    process.kill(trainer, 'SIGKILL');
    const again = new PseudoTerminal({cwd, args: ['--data', data], columns: 160});
    await again.see('1 crashed, 2 queued. R resumes one, Q all');
    again.press('Q');
    await again.see('A process without a terminal resumes the queue: 1 crashed, 2 queued.');
    // A fast machine may have completed it by now.
    await again.see(/[▶✓] slow/);
    again.press('3');
    for (const name of ['slow', 'second', 'third'])
      await again.see(new RegExp(`${name} +✓ completed`));
    again.press('q');
    await again.end();
    expect(await records(cwd)).toHaveLength(3);
  });

  it('takes up what another interface starts, and stops as a whole', async () => {
    const cwd = await leaveQueue(10_000);
    await expect.poll(() => holderOf(cwd) ?? 0, {timeout: 10_000}).toBeGreaterThan(0);
    const again = new PseudoTerminal({cwd, args: ['--data', data]});
    await again.see('▶ 1/3');
    await again.see('▸');
    again.press('\r');
    await again.see(/○ third +queued[^]*○ second seed 3 +queued/);
    again.press('x');
    await again.see(/Stop slow with a checkpoint, and remove 3 queued runs\?/);
    again.press('y');
    await again.until(() => !again.text.includes('y stop'), 'the end of the question');
    again.press('3');
    await again.see(/slow +■ stopped/);
    again.press('q');
    await again.end();
    await expect.poll(() => holderOf(cwd), {timeout: 20_000}).toBeUndefined();
    expect((await records(cwd)).map(({status}) => status)).toEqual(['stopped']);
  });

  it('waits no more where the process that went on with it was killed, and that is said', async () => {
    const cwd = await leaveQueue(10_000);
    const trainer = await trainerOf(cwd);
    await expect.poll(() => holderOf(cwd) ?? 0, {timeout: 10_000}).toBeGreaterThan(0);
    process.kill(holderOf(cwd)!, 'SIGKILL');
    try {
      const again = new PseudoTerminal({cwd, args: ['--data', data]});
      await again.see('1 running, 2 queued. To attach and resume');
      again.press('2');
      await again.see(/▶ slow/);
      // The frame may arrive in pieces.
      await again.until(() => !again.text.includes('second'), 'a queue without the second run');
      again.press('q');
      await again.end();
    } finally {
      process.kill(trainer, 'SIGTERM');
    }
    await expect.poll(() => isProcessAlive({pid: trainer}), {timeout: 20_000}).toBe(false);
  });
});
