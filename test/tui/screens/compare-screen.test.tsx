import {stripVTControlCharacters} from 'node:util';
import {cleanup, render} from 'ink-testing-library';
import {afterEach, beforeAll, describe, expect, it} from 'vitest';
import {CompareScreen} from '../../../src/tui/screens/CompareScreen.js';
import type {Snapshot} from '../../../src/tui/state/snapshot.js';
import {widthOf} from '../../../src/tui/text/fit.js';
import {scenes} from '../../helpers/scenes.js';

afterEach(cleanup);

describe('the screen of a comparison', () => {
  let snapshot: Snapshot;
  beforeAll(async () => {
    snapshot = (await scenes())['compare'] as Snapshot;
  });

  function linesAt(width: number, height: number): readonly string[] {
    const {lastFrame} = render(<CompareScreen {...{snapshot, width, height}} />);
    return stripVTControlCharacters(lastFrame() ?? '').split('\n');
  }

  it.each([
    [60, 18],
    [80, 22],
    [100, 38],
  ])('fits into %i columns and %i rows, the verdict included', (width, height) => {
    const lines = linesAt(width, height);
    expect(lines.length).toBeLessThanOrEqual(height);
    expect(Math.max(...lines.map(widthOf))).toBe(width);
    expect(lines.join('\n')).toContain('─ Verdict ─');
  });

  it('draws the compared curves only where there are rows for them', () => {
    expect(linesAt(100, 38).join('\n')).toContain('validation accuracy');
    expect(linesAt(60, 18).join('\n')).not.toContain('validation accuracy');
  });

  it('follows the size that it is given', () => {
    const {lastFrame, rerender} = render(<CompareScreen {...{snapshot}} width={60} height={18} />);
    rerender(<CompareScreen {...{snapshot}} width={90} height={18} />);
    const [edge = ''] = stripVTControlCharacters(lastFrame() ?? '').split('\n');
    expect(widthOf(edge)).toBe(90);
  });
});
