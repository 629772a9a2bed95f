import {actions} from '../actions/actions.js';
import {keyLabel} from '../keys/key-names.js';
import {bindingsOf} from '../keys/key-table.js';
import {screenTitle} from '../keys/keys-markdown.js';
import type {Snapshot} from '../state/snapshot.js';
import {fit, wrap} from '../text/fit.js';
import {line, span, type Line} from '../text/line.js';
import {inside, titleWithWindow, type Layout} from './pane.js';
import {windowFrom} from './window.js';

const KEYS_WIDTH = 18;

/** All keys of the screen; one that cannot act now says why. */
export function helpPane(snapshot: Snapshot, width: number, height: number): Layout {
  const room = inside({width, height});
  const lines = bindingsOf(snapshot.state.screen).flatMap(({keys, help, action}): Line[] => {
    const names = keys.map(key => keyLabel(key, snapshot.ascii)).join(' ');
    const reason = actions[action].cannot?.(snapshot);
    const text = reason === undefined ? help : `${help} Not now: ${reason}`;
    const role = reason === undefined ? 'plain' : 'faint';
    const [first = '', ...rest] = wrap(text, room.width - KEYS_WIDTH);
    return [
      [span(fit(names, KEYS_WIDTH), 'strong'), span(first, role)],
      ...rest.map(own => line(`${' '.repeat(KEYS_WIDTH)}${own}`, role)),
    ];
  });
  const seen = windowFrom(lines.length, snapshot.state.scroll, room.height);
  return {
    key: 'help',
    title: titleWithWindow(`Keys: ${screenTitle(snapshot.state.screen)}`, seen, lines.length),
    width,
    height,
    focused: true,
    lines: lines.slice(seen.from, seen.to),
  };
}
