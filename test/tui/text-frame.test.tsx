import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {ThemeContext} from '../../src/tui/hooks/theme-context.js';
import type {Layout} from '../../src/tui/view/pane.js';
import {makeTheme, paintLines} from '../../src/tui/theme.js';
import {layoutLines} from '../../src/tui/view/frame.js';
import {screenLayout} from '../../src/tui/view/screen-layout.js';
import {LayoutView} from '../../src/tui/widgets/LayoutView.js';
import {mount} from '../helpers/mount.js';
import {scenes} from '../helpers/scenes.js';

const all = await scenes();

const trimmed = (frame: string): string =>
  frame
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')
    .trimEnd();

const theme = makeTheme({colors: 0, background: 'dark', ascii: false});

/** A layout as Ink draws it, beside images. */
function drawnByInk(layout: Layout, columns: number, rows: number): string {
  const {frame, unmount} = mount(
    <ThemeContext.Provider value={theme}>
      <LayoutView layout={layout} />
    </ThemeContext.Provider>,
    {columns, rows},
  );
  const text = frame();
  unmount();
  return text;
}

describe('panes as lines', () => {
  it('look as those that Ink draws beside images', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('experiments', 'experiments-broken', 'live', 'live-empty', 'runs', 'help'),
        fc.record({
          columns: fc.integer({min: 60, max: 160}),
          rows: fc.integer({min: 20, max: 60}),
        }),
        (name, {columns, rows}) => {
          const snapshot = all[name];
          if (snapshot === undefined) throw new Error(`There is no scene ${name}.`);
          const layout = screenLayout(snapshot, columns, rows - 3);
          if (layout === undefined) throw new Error(`${name} has no panes.`);
          expect(trimmed(paintLines(theme, layoutLines(layout, false)))).toBe(
            trimmed(drawnByInk(layout, columns, rows)),
          );
        },
      ),
      {numRuns: 30},
    );
  });
});
