import {readFileSync} from 'node:fs';
import {beforeAll, describe, expect, it} from 'vitest';
import {decodeEvent} from '../../src/runs/events.js';
import type {RunFolder} from '../../src/runs/run-folder.js';
import {isProcessAlive} from '../../src/util/process-identity.js';
import {tinyYaml} from '../helpers/experiments.js';
import {isNumbered, runFolders} from '../helpers/kills.js';
import {PseudoTerminal} from '../helpers/pseudo-terminal.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {holderOf, records} from '../helpers/terminal-runs.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';

let data: string;
beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder('faces'), {images: 40});
});

const yaml = (seeds: number, epochs: number): string =>
  `${tinyYaml.replace('epochs: 2', `epochs: ${epochs}`)}matrix: {training.seed: [${Array.from({length: seeds}, (_, index) => index + 1).join(', ')}]}\n`;

/** An interface in which two runs train. */
async function twoTrain(cwd: string): Promise<PseudoTerminal> {
  const args = ['run', 'tiny', '--data', data, '--jobs', '2'];
  const terminal = new PseudoTerminal({cwd, args, columns: 120});
  await terminal.see(/▶ tiny\S* +\d+ %[^]*▶ tiny\S* +\d+ %/);
  await terminal.see(/epoch \d+ of \d+ · running/);
  return terminal;
}

async function stopAndQuit(terminal: PseudoTerminal): Promise<void> {
  terminal.press('q');
  await terminal.see('2 runs are in progress:');
  terminal.press('s');
  await terminal.end();
}

const statusesIn = async (cwd: string): Promise<string[]> =>
  (await records(cwd)).map(({status}) => status);

describe('run --jobs in the interface', () => {
  it('shows all runs in training, and asks for all of them', async () => {
    const cwd = workplace(yaml(2, 100_000));
    const terminal = await twoTrain(cwd);
    terminal.press('x');
    await terminal.see('Stop the 2 runs in progress with checkpoints?');
    terminal.press('n');
    await terminal.until(() => !terminal.text.includes('y stop'), 'the end of the question');
    terminal.press('j');
    await terminal.see(/▸▶ tiny\S*2/);
    terminal.press('n');
    await terminal.see(/Stop tiny\S*2 with a checkpoint/);
    terminal.press('n');
    await terminal.until(() => !terminal.text.includes('y next'), 'the end of the question');
    await stopAndQuit(terminal);
    expect(await statusesIn(cwd)).toEqual(['stopped', 'stopped']);
  });

  it('pauses the shown run and no other, and resumes it', async () => {
    const cwd = workplace(yaml(2, 100_000));
    const terminal = await twoTrain(cwd);
    const epochsOf = async (seed: number): Promise<number> => {
      const record = (await records(cwd)).find(({info}) => info?.seed === seed);
      return record?.state.models[0]?.history.length ?? 0;
    };
    terminal.press('j');
    await terminal.see(/▸▶ tiny\S*2/);
    terminal.press('p');
    await terminal.see(/▸‖ tiny\S*2 +paused/);
    expect((await statusesIn(cwd)).sort()).toEqual(['paused', 'running']);
    const [first, second] = [await epochsOf(1), await epochsOf(2)];
    await expect.poll(() => epochsOf(1), {timeout: 20_000}).toBeGreaterThan(first + 3);
    expect(await epochsOf(2)).toBe(second);
    terminal.press('p');
    await terminal.see(/▸▶ tiny\S*2 +\d+ %/);
    await expect.poll(() => epochsOf(2), {timeout: 20_000}).toBeGreaterThan(second);
    await stopAndQuit(terminal);
    expect(await statusesIn(cwd)).toEqual(['stopped', 'stopped']);
  });

  it('trains as many at a time after it was left', async () => {
    const cwd = workplace(yaml(4, 250));
    const terminal = await twoTrain(cwd);
    terminal.press('q');
    await terminal.see('2 runs are in progress, 2 queued:');
    terminal.press('l');
    expect(await terminal.end()).toMatch(/tiny\S* continues, tiny\S* continues, then 2 queued;/);
    await expect.poll(() => holderOf(cwd) ?? 0, {timeout: 20_000}).toBeGreaterThan(0);
    const holder = holderOf(cwd)!;
    await expect
      .poll(() => statusesIn(cwd), {timeout: 120_000, interval: 200})
      .toEqual(Array(4).fill('completed'));
    // It compares the runs before it ends.
    await expect.poll(() => isProcessAlive({pid: holder}), {timeout: 30_000}).toBe(false);
    expect(runFolders(cwd).every(isNumbered)).toBe(true);
    expect(mostAtATime(runFolders(cwd))).toBe(2);
  });
});

/** The most runs that trained at the same time, by the times in their logs. */
function mostAtATime(folders: readonly RunFolder[]): number {
  const spans = folders.map(({events}) => {
    const lines = readFileSync(events, 'utf8').trim().split('\n');
    const [from, to] = [lines[0], lines.at(-1)].map(line => decodeEvent(line ?? '')?.at ?? '');
    return {from: from as string, to: to as string};
  });
  return Math.max(
    ...spans.map(({from: at}) => spans.filter(({from, to}) => from <= at && at < to).length),
  );
}
