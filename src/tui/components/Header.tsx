import {Box} from 'ink';
import type {ReactElement} from 'react';
import {isActive, isEnded} from '../../runs/status.js';
import {openTab} from '../actions/navigation.js';
import {useController, useSnapshot} from '../hooks.js';
import {screenTitles} from '../keys/key-table.js';
import {tabs} from '../state/interface-state.js';
import {liveItems, queueOf} from '../state/live-items.js';
import type {Snapshot} from '../state/snapshot.js';
import {widthOf} from '../text/fit.js';
import {span} from '../text/line.js';
import {useTheme} from '../theme.js';
import {Clickable} from './Clickable.js';
import {Styled, TextLines} from './TextLines.js';

/** The screens with their digits, and what runs. */
export function Header({width}: {readonly width: number}): ReactElement {
  const controller = useController();
  const snapshot = useSnapshot();
  const {screen, help} = snapshot.state;
  const {screenReader} = useTheme();
  if (screenReader) return <Styled>{help ? 'Help' : `Screen: ${screenTitles[screen]}.`}</Styled>;
  const current = screen === 'run' ? 'runs' : screen;
  const running = runningText(snapshot);
  const whole = tabs.map(tab => screenTitles[tab]);
  // A digit, blanks beside it, and the brackets of the current one.
  const columns = widthOf(whole.join('')) + 3 * tabs.length - 1 + '[]'.length;
  const hasRoom = columns <= width - widthOf(running);
  const names = hasRoom ? whole : whole.map(name => shortTitles[name] ?? name);
  return (
    <Box justifyContent="space-between" width={width} flexShrink={0}>
      <Box flexShrink={0} columnGap={1}>
        {tabs.map((tab, index) => (
          <Clickable key={tab} onClick={() => openTab(controller, tab)}>
            <TextLines
              lines={[
                [
                  span(`${index + 1} `, 'faint'),
                  tab === current ? span(`[${names[index]}]`, 'strong') : span(names[index] ?? ''),
                ],
              ]}
              width={width}
            />
          </Clickable>
        ))}
      </Box>
      <Styled role="accent">{running}</Styled>
    </Box>
  );
}

/** Where what runs stands beside them on a narrow screen. */
const shortTitles: Readonly<Record<string, string>> = {Experiments: 'Exp.', Predictions: 'Pred.'};

function runningText(snapshot: Snapshot): string {
  const items = liveItems(snapshot);
  const active = items.find(({run}) => isActive(run.status));
  if (active === undefined) return '';
  if (active.isElsewhere) return ' ▶ elsewhere';
  const queue = active.place === undefined ? [active] : queueOf(active, items);
  const done = queue.filter(({run}) => isEnded(run.status)).length;
  return ` ▶ ${done + 1}/${queue.length}`;
}
