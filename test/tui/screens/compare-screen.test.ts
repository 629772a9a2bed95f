import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, it} from 'vitest';
import type {Snapshot} from '../../../src/tui/state/snapshot.js';
import {widthOf} from '../../../src/tui/text/fit.js';
import {frameOf, mountSnapshot} from '../../helpers/frames.js';
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
