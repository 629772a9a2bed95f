import type {ReactElement} from 'react';
import {inside, ScrollPanel, type PanelSize} from '../components/Panel.js';
import {useSnapshot} from '../hooks.js';
import {keyLabel} from '../keys/key-names.js';
import {bindingsOf, screenTitles} from '../keys/key-table.js';
import {fit} from '../text/fit.js';
import {hangingLines, span} from '../text/line.js';
import {useTheme} from '../theme.js';

const KEYS_WIDTH = 18;

/** All keys of the screen; a key that cannot act now says why. */
export function HelpScreen(size: PanelSize): ReactElement {
  const snapshot = useSnapshot();
  const {ascii} = useTheme();
  const {screen, scroll} = snapshot.state;
  const lines = bindingsOf(screen).flatMap(({keys, help, cannot}) => {
    const names = keys.map(key => keyLabel(key, ascii)).join(' ');
    const reason = cannot?.(snapshot);
    const text = reason === undefined ? help : `${help} Not now: ${reason}`;
    const start = span(fit(names, KEYS_WIDTH), 'strong');
    return hangingLines(start, text, inside(size).width, reason === undefined ? 'plain' : 'faint');
  });
  return (
    <ScrollPanel
      title={`Keys: ${screenTitles[screen]}`}
      lines={lines}
      scroll={scroll}
      {...size}
      isFocused
    />
  );
}
