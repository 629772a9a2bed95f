import {stripVTControlCharacters} from 'node:util';
import {cleanup} from 'ink-testing-library';
import type {ReactElement} from 'react';
import {afterEach, describe, expect, it} from 'vitest';
import {line, span} from '../../../src/tui/text/line.js';
import {TextLines} from '../../../src/tui/components/TextLines.js';
import {Panel} from '../../../src/tui/components/Panel.js';
import {render} from '../../helpers/render.js';

afterEach(cleanup);

function frameOf(tree: ReactElement): string {
  return stripVTControlCharacters(render(tree).lastFrame() ?? '');
}

describe('a panel', () => {
  it('draws its title into a frame of the given width and height', () => {
    const frame = frameOf(
      <Panel title="Verdict" width={20} height={4} isFocused>
        <TextLines lines={[line('no difference')]} width={16} />
      </Panel>,
    );
    expect(frame.split('\n')).toEqual([
      '╭─ Verdict ────────╮',
      '│ no difference    │',
      '│                  │',
      '╰──────────────────╯',
    ]);
  });

  it('keeps its size and cuts a title and lines that are longer', () => {
    const frame = frameOf(
      <Panel title="A title that does not fit" width={14} height={3}>
        <TextLines lines={[line('wider than the frame'), line('below the frame')]} width={10} />
      </Panel>,
    );
    expect(frame.split('\n').map(text => text.length)).toEqual([14, 14, 14]);
    expect(frame).not.toContain('below');
  });
});

describe('lines', () => {
  it('are cut one by one at the width, pieces of other roles included', () => {
    const lines = [[span('Male ', 'strong'), span('0.912 ± 0.018', 'good')], line('short')];
    expect(frameOf(<TextLines lines={lines} width={10} />).split('\n')).toEqual([
      'Male 0.91…',
      'short',
    ]);
  });
});
