import {describe, expect, it} from 'vitest';
import {bindingFor, bindingsOf, keyTable} from '../../src/tui/keys/key-table.js';
import {tabs, type Screen} from '../../src/tui/state/interface-state.js';
import {frameOf, paintedFrameOf} from '../helpers/frames.js';
import {scenes} from '../helpers/scenes.js';
import type {Snapshot} from '../../src/tui/state/snapshot.js';
import {snapshotOf} from '../helpers/interface-fixture.js';

const screens: readonly Screen[] = [...tabs, 'run'];

describe('the table of keys', () => {
  it.each(screens)('gives a key one meaning of its own on the screen %s', screen => {
    const own = keyTable.filter(({screens: on}) => on?.includes(screen) === true);
    const keys = own.flatMap(binding => binding.keys);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });

  it('gives a key one meaning everywhere, where no screen has its own', () => {
    const keys = keyTable.filter(({screens: on}) => on === undefined).flatMap(({keys: own}) => own);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  });

  it.each(screens)('lets every screen be left: digits, q, ? and Esc on %s', screen => {
    for (const key of ['1', '2', '3', '4', '5', '6', 'q', '?', 'escape', 'ctrl-c'])
      expect(bindingFor(key, screen)?.screens).toBeUndefined();
  });
});

describe('the footer and the help', () => {
  it.each(screens)('are written from the table: %s', screen => {
    const snapshot = snapshotOf({state: {screen}});
    const footer = frameOf(snapshot, {columns: 400, rows: 40}).split('\n').at(-1);
    const help = helpOf(screen);
    for (const {label, help: sentence} of bindingsOf(screen)) {
      const word = typeof label === 'function' ? label(snapshot) : label;
      if (word !== undefined) expect(`${footer} `).toContain(` ${word} `);
      expect(help).toContain(sentence);
    }
  });

  it.each(screens)('always show how to list commands and keys, and how to quit: %s', screen => {
    const footer = frameOf(snapshotOf({state: {screen}}), {columns: 60, rows: 20});
    expect(footer.trimEnd()).toMatch(/: commands {2}\? help {2}q quit$/);
  });

  it('say why a key can do nothing now', () => {
    expect(helpOf('live')).toContain(
      'Pause training after the current batch, or continue. Not now: No run is in progress.',
    );
  });

  it.each([60, 80])('offer to resume an opened run that failed, at %i columns', async columns => {
    const {'run-failed': failed, run} = await scenes();
    expect(frameOf(failed as Snapshot, {columns, rows: 24})).toContain('R resume');
    expect(frameOf(run as Snapshot, {columns: 60, rows: 24})).not.toContain('R resume');
  });

  it('dim a key that can do nothing now', () => {
    const painted = paintedFrameOf(snapshotOf({state: {screen: 'live'}}), {columns: 100, rows: 30});
    expect(painted).toContain('\u001B[2mx stop');
    expect(painted).toContain('\u001B[1m:\u001B[22m');
  });
});

/** The text of the help on a terminal where all of it fits. */
function helpOf(screen: Screen): string {
  const frame = frameOf(snapshotOf({state: {screen, help: true}}), {columns: 104, rows: 203});
  return frame.replaceAll(/[│\s]+/g, ' ');
}
