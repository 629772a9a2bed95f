import type {ReactElement} from 'react';
import {inside, ScrollPanel, type PanelSize} from '../components/Panel.js';
import {useSnapshot} from '../hooks.js';
import {keyLabel} from '../keys/key-names.js';
import {bindingsOf} from '../keys/key-table.js';
import {screenTitle} from '../keys/keys-markdown.js';
import {fit, wrap} from '../text/fit.js';
import {line, span, type Line} from '../text/line.js';
import {useTheme} from '../theme.js';

const KEYS_WIDTH = 18;

/** All keys of the screen; a key that cannot act now says why. */
export function HelpScreen(size: PanelSize): ReactElement {
  const snapshot = useSnapshot();
  const {ascii} = useTheme();
  const {screen, scroll} = snapshot.state;
  const lines = bindingsOf(screen).flatMap(({keys, help, cannot}): Line[] => {
    const names = keys.map(key => keyLabel(key, ascii)).join(' ');
    const reason = cannot?.(snapshot);
    const text = reason === undefined ? help : `${help} Not now: ${reason}`;
    const role = reason === undefined ? 'plain' : 'faint';
    const [first = '', ...rest] = wrap(text, inside(size).width - KEYS_WIDTH);
    return [
      [span(fit(names, KEYS_WIDTH), 'strong'), span(first, role)],
      ...rest.map(part => line(`${' '.repeat(KEYS_WIDTH)}${part}`, role)),
    ];
  });
  return (
    <ScrollPanel
      title={`Keys: ${screenTitle(screen)}`}
      lines={lines}
      scroll={scroll}
      {...size}
      isFocused
    />
  );
}
