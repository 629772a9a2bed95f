import fc from 'fast-check';
import stringWidth from 'string-width';
import {describe, expect, it} from 'vitest';
import {smallest} from '../../src/tui/App.js';
import {frameOf, type Size} from '../helpers/frames.js';
import {scenes} from '../helpers/scenes.js';

const all = await scenes();
const names = fc.constantFrom(...Object.keys(all));

const sizes = fc.record({
  columns: fc.integer({min: 40, max: 160}),
  rows: fc.integer({min: 8, max: 60}),
});
const largeEnough = fc.record({
  columns: fc.integer({min: smallest.columns, max: 160}),
  rows: fc.integer({min: smallest.rows, max: 60}),
});

function scene(name: string): (typeof all)[string] {
  const found = all[name];
  if (found === undefined) throw new Error(`There is no scene ${name}.`);
  return found;
}

function widest(frame: string): number {
  return Math.max(...frame.split('\n').map(line => stringWidth(line)));
}

const runs = {numRuns: 60};

describe('every screen at every size', () => {
  it('has no line that is wider than the terminal, and is lower than it', () => {
    fc.assert(
      fc.property(names, sizes, (name, size: Size) => {
        const frame = frameOf(scene(name), size);
        expect(widest(frame)).toBeLessThanOrEqual(size.columns);
        expect(frame.split('\n').length).toBeLessThanOrEqual(size.rows - 1);
      }),
      runs,
    );
  });

  it('closes every frame around its panes: wide characters move no edge', () => {
    fc.assert(
      fc.property(names, largeEnough, (name, size: Size) => {
        const edges = frameOf(scene(name), size)
          .split('\n')
          .filter(line => /^[╭│╰]/.test(line));
        expect(edges.length).toBeGreaterThan(4);
        for (const line of edges) {
          expect(line.trimEnd()).toMatch(/[╮│╯]$/);
          expect(stringWidth(line.trimEnd())).toBe(size.columns);
        }
      }),
      runs,
    );
  });

  it('draws nothing but ASCII when asked to, except for names that are not', () => {
    fc.assert(
      fc.property(names, sizes, (name, size: Size) => {
        const frame = frameOf(scene(name), size, {ascii: true}).replaceAll(
          /\p{Script=Hangul}/gu,
          '',
        );
        expect(frame).toMatch(/^[\n\u0020-\u007e]*$/);
      }),
      runs,
    );
  });

  it('has corners and crossings in the tables of ASCII, and no unknown sign', () => {
    for (const name of ['run-summary']) {
      const frame = frameOf(scene(name), {columns: 100, rows: 40}, {ascii: true});
      expect(frame).toMatch(/\| \+-+\+-+\+/);
      expect(frame).not.toContain('?-');
    }
  });

  it('has every line of a verdict in ASCII, also those with the sign of a deviation', () => {
    const frame = frameOf(scene('compare-seeds'), {columns: 100, rows: 40}, {ascii: true});
    expect(frame).toContain('/ is the standard deviation over seeds');
  });

  it('has a sign for the worst slice in ASCII', () => {
    const frame = frameOf(scene('compare-slices'), {columns: 100, rows: 40}, {ascii: true});
    expect(frame).toContain('v the worst slice of its attributes');
  });

  it('says below the smallest size which one it needs', () => {
    fc.assert(
      fc.property(names, sizes, (name, size: Size) => {
        const isSmall = size.columns < smallest.columns || size.rows < smallest.rows;
        const frame = frameOf(scene(name), size);
        expect(frame.includes('It needs 60x20.')).toBe(isSmall);
      }),
      runs,
    );
  });
});
