import {describe, expect, it} from 'vitest';
import {actions} from '../../src/tui/actions/actions.js';
import {bindingFor, bindingsOf, keyTable} from '../../src/tui/keys/key-table.js';
import {tabs, type Screen} from '../../src/tui/state/interface-state.js';
import {plainText} from '../../src/tui/text/line.js';
import {footerLine} from '../../src/tui/view/header.js';
import {helpPane} from '../../src/tui/view/help.js';
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

  it('has an action for each binding, and a binding for each action', () => {
    const bound = new Set(keyTable.map(({action}) => action));
    expect(Object.keys(actions).sort()).toEqual([...bound].sort());
  });

  it.each(screens)('lets every screen be left: digits, q, ? and Esc on %s', screen => {
    for (const key of ['1', '2', '3', '4', '5', '6', 'q', '?', 'escape', 'ctrl-c'])
      expect(bindingFor(key, screen)?.screens).toBeUndefined();
  });
});

describe('the footer and the help', () => {
  it.each(screens)('are written from the table: %s', screen => {
    const snapshot = snapshotOf({state: {screen}});
    const footer = plainText(footerLine(snapshot, 400));
    const pane = helpPane({...snapshot, state: {...snapshot.state, help: true}}, 100, 200);
    const help = 'lines' in pane ? pane.lines.map(plainText).join('\n') : '';
    for (const {label, help: sentence} of bindingsOf(screen)) {
      if (label !== undefined) expect(footer).toContain(` ${label} `);
      expect(help.replaceAll(/\s+/g, ' ')).toContain(sentence);
    }
  });

  it('say why a key can do nothing now', () => {
    const pane = helpPane(snapshotOf({state: {screen: 'live', help: true}}), 100, 200);
    const help = 'lines' in pane ? pane.lines.map(plainText).join(' ') : '';
    expect(help.replaceAll(/\s+/g, ' ')).toContain(
      'Pause training after the current batch, or continue. Not now: No run is in progress.',
    );
  });
});
