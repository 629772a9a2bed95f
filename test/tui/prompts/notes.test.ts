import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, it, onTestFinished} from 'vitest';
import {readRun} from '../../../src/runs/run-record.js';
import {TuiController} from '../../../src/tui/controller.js';
import {mountApp, type Size} from '../../helpers/frames.js';
import {fixtureServices} from '../../helpers/interface-services.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';
import {right, writeRun} from '../../helpers/written-runs.js';

afterEach(cleanup);

/** The list of three runs, with the cursor on the newest. */
async function open(size: Size = {columns: 100, rows: 24}) {
  const runs = temporaryFolder();
  const folders = [1, 2, 3].map(day =>
    writeRun(runs, {
      id: `2026010${day}-000000-r-000${day}`,
      experiment: `run-${day}`,
      heads: {Male: right(day, 4)},
    }),
  );
  const services = fixtureServices({runs});
  const controller = new TuiController(services, 'runs');
  const opened = controller.open();
  onTestFinished(() => controller.close());
  onTestFinished(() => services.queue.kill());
  await opened.runs;
  const notes = async () => Promise.all(folders.map(async folder => (await readRun(folder)).notes));
  const mounted = mountApp(controller, size);
  /** Clicks on the first place of a text. */
  const click = async (text: string) => {
    const lines = mounted.frame().split('\n');
    const row = lines.findIndex((shown, index) => index > 0 && shown.includes(text));
    await mounted.press(`\u001B[<0;${(lines[row]?.indexOf(text) ?? -1) + 1};${row + 1}M`);
  };
  return {...mounted, controller, notes, runs, click};
}

describe('tags, notes and pins on the list of runs', () => {
  it('edit the tags that the marked runs share, and offer those of others', async () => {
    const {press, frame, notes} = await open();
    await press('t');
    expect(frame()).toContain('Tags, separated by blanks');
    await press('paper third');
    await press('\r');
    await expect.poll(async () => (await notes())[2]?.tags).toEqual(['paper', 'third']);
    await expect.poll(() => frame()).toContain('Tags: paper third');
    await press(' j ');
    await press('t');
    expect(frame()).toContain('Remove the tags of 2 runs');
    expect(frame()).toContain('Add paper');
    await press('\u001B[B');
    await press('\r');
    expect(frame()).toContain('> paper');
    await press('\r');
    await expect
      .poll(async () => (await notes()).map(({tags}) => tags.join(' ')))
      .toEqual(['', 'paper', 'paper third']);
    await expect.poll(() => frame()).toMatch(/▸●.* run-2 [^]*Tags: paper /);
    await press('t');
    expect(frame()).toContain('> paper');
    await press('\u0017!');
    await press('\r');
    expect(frame()).toContain('"!" is not a tag.');
    await press('\u0017');
    await press('\r');
    await expect
      .poll(async () => (await notes()).map(({tags}) => tags.join(' ')))
      .toEqual(['', '', 'third']);
  });

  it('write a note, which stands below the list', async () => {
    const {press, frame, notes} = await open({columns: 60, rows: 20});
    await press('N');
    await press('rate too high');
    await press('\r');
    await expect.poll(async () => (await notes())[2]?.note).toBe('rate too high');
    await expect.poll(() => frame()).toContain('Note: rate too high');
    await press('j');
    expect(frame()).not.toContain('Note:');
  });

  it('pin a run above the others, and unpin it', async () => {
    const {press, frame} = await open();
    await press('G');
    await press('P');
    await expect.poll(() => frame()).toMatch(/run-1 +pinned[\s\S]*run-3[\s\S]*run-2/);
    await press('P');
    await expect.poll(() => frame()).toMatch(/run-3[\s\S]*run-2[\s\S]*run-1/);
    expect(frame()).not.toMatch(/run-1 +pinned/);
  });
});

describe('the list of runs', () => {
  it('writes the marked runs to files, and says where', async () => {
    const {press, frame, runs} = await open();
    await press(' j ');
    await press('w');
    await expect.poll(() => frame(), {timeout: 30_000}).toContain('CSV and JSON written to');
    const [folder = ''] = readdirSync(path.join(runs, 'comparisons'));
    const files = readdirSync(path.join(runs, 'comparisons', folder));
    expect(files).toEqual(
      expect.arrayContaining(['comparison.html', 'comparison.md', 'pairs.csv']),
    );
    const rows = readFileSync(path.join(runs, 'comparisons', folder, 'comparison.csv'), 'utf8');
    expect(rows).toMatch(/^run-3,[\s\S]*^run-2,/m);
    expect(rows).not.toContain('run-1');
  });

  it('sorts by the column whose title is clicked', async () => {
    const {frame, controller, click} = await open();
    await click('Experiment');
    await expect.poll(() => frame()).toContain('by experiment ↓');
    await click('Experiment');
    await expect.poll(() => frame()).toContain('by experiment ↑');
    await click('Result');
    await expect.poll(() => controller.state.sort.column).toBe('accuracy');
  });
});
