import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {makeTheme, paintLines} from '../../src/tui/theme.js';
import {frameLines} from '../../src/tui/view/first-frame.js';
import {frameOf} from '../helpers/frames.js';
import {scenes} from '../helpers/scenes.js';

const all = await scenes();

const trimmed = (frame: string): string =>
  frame
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')
    .trimEnd();

describe('the first frame, which is drawn without Ink', () => {
  it('is the one that Ink draws next', () => {
    const theme = makeTheme({colors: 0, background: 'dark', ascii: false});
    fc.assert(
      fc.property(
        fc.constantFrom('experiments', 'experiments-broken', 'live', 'live-empty', 'runs', 'help'),
        fc.record({
          columns: fc.integer({min: 40, max: 160}),
          rows: fc.integer({min: 8, max: 60}),
        }),
        (name, size) => {
          const snapshot = all[name];
          if (snapshot === undefined) throw new Error(`There is no scene ${name}.`);
          const lines = frameLines(snapshot, size) ?? [];
          expect(trimmed(paintLines(theme, lines))).toBe(trimmed(frameOf(snapshot, size)));
        },
      ),
      {numRuns: 40},
    );
  });
});
