import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, it} from 'vitest';
import type {Snapshot} from '../../../src/tui/state/snapshot.js';
import {compareRuns} from '../../../src/compare/comparison.js';
import {listRuns} from '../../../src/runs/run-record.js';
import {widthOf} from '../../../src/tui/text/fit.js';
import {frameOf, mountSnapshot} from '../../helpers/frames.js';
import {recordedRecords, recordOf} from '../../helpers/interface-fixture.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';
import {right, writeRun} from '../../helpers/written-runs.js';
import {scenes} from '../../helpers/scenes.js';

afterEach(cleanup);

const snapshot = (await scenes())['compare'] as Snapshot;

function linesAt(columns: number, rows: number): readonly string[] {
  return frameOf(snapshot, {columns, rows}).split('\n');
}

describe('the screen of a comparison', () => {
  it.each([
    [60, 20],
    [80, 24],
    [100, 40],
  ])('fits into %i columns and %i rows, the verdict included', (columns, rows) => {
    const lines = linesAt(columns, rows);
    expect(lines.length).toBe(rows - 1);
    expect(Math.max(...lines.map(widthOf))).toBe(columns);
    expect(lines.join('\n')).toContain('─ Verdict ');
  });

  it('draws the compared curves only where there are rows for them', () => {
    expect(linesAt(100, 40).join('\n')).toContain('validation accuracy');
    expect(linesAt(60, 20).join('\n')).not.toContain('validation accuracy');
  });

  it('has the keys of charts on its curves: values of an epoch, zoom and the whole range', async () => {
    const {frame, press} = mountSnapshot(snapshot, {columns: 120, rows: 40});
    expect(frame()).not.toMatch(/ 0\.0[┤┼┿]/);
    await press('f');
    expect(frame()).toMatch(/ 0\.0[┤┼┿]/);
    const legend = (): string | undefined => /separate \d\.\d{3}/.exec(frame())?.[0];
    await press('.');
    const first = legend();
    await press('.');
    expect(legend()).not.toBe(first);
    await press('\u001B[27u');
    const whole = frame();
    await press('+');
    expect(frame()).not.toBe(whole);
    await press('-');
    expect(frame()).toBe(whole);
  });

  it('says that it compares, and how many runs', () => {
    const ids = Array.from({length: 45}, (_, index) => `run-${index}`);
    const comparison = {ids, result: undefined, error: undefined};
    expect(frameOf({...snapshot, comparison}, {columns: 80, rows: 24})).toContain(
      'Comparing 45 runs …',
    );
  });

  it('shows all columns of a single run', async () => {
    const result = await compareRuns([recordOf(await recordedRecords(), 'multi-output')]);
    const comparison = {ids: ['one'], result, error: undefined};
    const frame = frameOf({...snapshot, comparison}, {columns: 120, rows: 40});
    for (const title of ['run', 'Male', 'Smiling', 'parameters', 'time'])
      expect(frame).toContain(title);
  });

  it('follows its cursor through 45 runs, and shows the keys of their matrix beside the names', async () => {
    const runs = temporaryFolder();
    for (let index = 0; index < 45; index++)
      writeRun(runs, {
        id: `20260101-0000${10 + index}-faces-of-many-people-${index}`,
        experiment: `faces-of-many-people.scale-${index}`,
        file: 'faces-of-many-people',
        heads: {Male: right(100 + index, 200)},
        variant: {'data.image.scale': index},
        definition: {data: {image: {scale: index}}},
      });
    const result = await compareRuns(await listRuns(runs));
    const comparison = {ids: ['many'], result, error: undefined};
    const {frame, press} = mountSnapshot({...snapshot, comparison}, {columns: 80, rows: 24});
    expect(frame()).toMatch(/Comparison 1–\d+ of 45/);
    expect(frame()).toMatch(/run +data\.image\.scale +Male/);
    await press('G');
    expect(frame()).toMatch(/Comparison \d+–45 of 45/);
    await press('\t');
    await press('j');
    expect(frame()).toMatch(/Verdict 2–/);
  });

  it('follows the size of the terminal', async () => {
    const {frame, resize} = mountSnapshot(snapshot, {columns: 60, rows: 20});
    await resize({columns: 90, rows: 20});
    const [, edge = ''] = frame().split('\n');
    expect(widthOf(edge)).toBe(90);
  });

  it('scrolls to the columns that do not fit, shows all columns, and turns to the next head', async () => {
    const {frame, press} = mountSnapshot(snapshot, {columns: 80, rows: 40});
    expect(frame()).toContain(' more columns: ← →');
    expect(frame()).not.toContain('images/s');
    await press('l');
    expect(frame()).toContain('images/s');
    expect(frame()).toMatch(/^│ {2}run /m);
    await press('a');
    expect(frame()).toContain('more columns');
    expect(frame()).toContain('Male validation accuracy');
    await press(']');
    expect(frame()).toContain('Smiling validation accuracy');
  });
});
