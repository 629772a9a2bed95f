import {cleanup} from 'ink-testing-library';
import stringWidth from 'string-width';
import {afterEach, describe, expect, it} from 'vitest';
import type {Snapshot} from '../../../src/tui/state/snapshot.js';
import {mountSnapshot} from '../../helpers/frames.js';
import {plantedAffinity} from '../../helpers/many-heads.js';
import {scenes} from '../../helpers/scenes.js';

afterEach(cleanup);

const run = (await scenes())['run'] as Snapshot;
const sizes = [
  {columns: 60, rows: 20},
  {columns: 80, rows: 24},
  {columns: 120, rows: 40},
  {columns: 200, rows: 60},
];

function cursorRow(frame: string): string {
  return frame.split('\n').find(line => line.includes('▸')) ?? '';
}

describe('the affinity of 40 heads', () => {
  const affinity = plantedAffinity();
  const openRun = run.runs[0]!.folder.id;
  const measured: Snapshot = {
    ...run,
    files: {...run.files, run: openRun, affinity},
    state: {...run.state, openRun, runTab: 'heads'},
  };

  it('is a page of the run only where it was measured', async () => {
    const {frame, press} = mountSnapshot(
      {...measured, files: {...measured.files, affinity: undefined}},
      {columns: 80, rows: 24},
    );
    expect(frame()).not.toContain('affinity');
    await press('\t');
    expect(frame()).toContain('[summary]');
  });

  it.each(sizes)(
    'fits $columns columns and $rows rows, and follows the cursor from end to end',
    async size => {
      const {frame, press} = mountSnapshot(measured, size);
      await press('\t');
      expect(frame()).toContain('Affinity: TAG look-ahead, mean over 1,200 batches');
      for (const key of ['g', 'j', 'G']) {
        await press(key);
        const lines = frame().split('\n');
        expect(lines.length).toBeLessThanOrEqual(size.rows - 1);
        expect(Math.max(...lines.map(line => stringWidth(line)))).toBeLessThanOrEqual(size.columns);
        const number = {g: 1, j: 2, G: 40}[key];
        expect(cursorRow(frame())).toMatch(new RegExp(`▸ ?${number} Attribute_`));
        // Its own cell is among the columns that are visible.
        expect(cursorRow(frame())).toContain(' \\');
      }
      expect(frame()).toMatch(/Attribute_\d+ highest with Attribute_\d+ 0\.\d+/);
    },
  );
});
