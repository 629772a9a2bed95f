import {describe, expect, it} from 'vitest';
import type {CurvePoint} from '../../src/compare/learning-curves.js';
import {overlayChart} from '../../src/tui/charts/curves.js';
import {initialInterfaceState} from '../../src/tui/state/interface-state.js';
import {plainText} from '../../src/tui/text/line.js';

const area = {
  ...{width: 90, height: 13, ascii: true},
  view: {...initialInterfaceState.chart, fit: false},
};

function point(epoch: number, mean: number, half: number): CurvePoint {
  return {epoch, mean, median: mean, low: mean - half, high: mean + half};
}

function drawn(runs: number, points: readonly CurvePoint[]): string[] {
  return overlayChart([{name: 'wide', runs, points}], 4, area).map(plainText);
}

/** Lines of the chart that have a mark: the first is at 1, and each after it 0.1 lower. */
function rowsWith(lines: readonly string[], mark: string): number[] {
  const rows = lines.slice(0, -2).map(text => text.slice(6).includes(mark));
  return rows.flatMap((has, row) => (has ? [row] : []));
}

describe('the curve of several seeds', () => {
  const points = [1, 2, 3, 4].map(epoch => point(epoch, 0.5, 0.3));

  it('is their mean between dots at the least and the most', () => {
    const lines = drawn(3, points);
    expect(rowsWith(lines, '=')).toEqual([5]);
    expect(rowsWith(lines, '.')).toEqual([2, 8]);
  });

  it('names the ends of the band after the latest epoch', () => {
    expect(drawn(3, points).at(-1)).toBe(
      '== wide 0.500 (0.200-0.800)  .. minimum and maximum over runs',
    );
  });

  it('has no band for one seed', () => {
    const lines = drawn(1, points);
    expect(lines.at(-1)).toBe('== wide 0.500');
    expect(rowsWith(lines, '.')).toEqual([]);
  });

  it('is bridged over an epoch without a number', () => {
    const [first, , ...rest] = points as [CurvePoint, CurvePoint, ...CurvePoint[]];
    expect(drawn(3, [first, ...rest])).toEqual(drawn(3, points));
  });

  it('is nothing but its name before the first epoch', () => {
    const lines = drawn(3, []);
    expect(lines.at(-1)).toBe('== wide -');
    expect(rowsWith(lines, '=')).toEqual([]);
  });
});
