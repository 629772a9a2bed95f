import {Box, useInput} from 'ink';
import {type ReactElement} from 'react';
import type {Store} from '../util/store.js';
import {press} from './actions/press.js';
import {RepaintContext} from './hooks/repaint-context.js';
import {ThemeContext} from './hooks/theme-context.js';
import {useStore} from './hooks/use-store.js';
import type {Interface} from './interface.js';
import {keyNames} from './keys/key-names.js';
import {CompareScreen} from './screens/CompareScreen.js';
import {DataScreen} from './screens/DataScreen.js';
import {PredictionsScreen} from './screens/PredictionsScreen.js';
import type {Size, Snapshot} from './state/snapshot.js';
import type {Theme} from './theme.js';
import {footerLine, headerLine} from './view/header.js';
import {isTooSmall, tooSmallLines} from './view/first-frame.js';
import {screenLayout} from './view/screen-layout.js';
import {LayoutView} from './widgets/LayoutView.js';
import {Lines} from './widgets/Lines.js';
import {WithPictures} from './widgets/WithPictures.js';

export type AppProps = {
  readonly to: Interface;
  readonly size: Store<Size>;
  readonly theme: Theme;
  /** Makes the next frame a whole one. */
  readonly repaint: () => void;
};

/** The whole screen: header, what is open, footer. */
export function App({to, size, theme, repaint}: AppProps): ReactElement {
  const snapshot = useStore(to.snapshot);
  const {columns, rows} = useStore(size);
  useInput((input, key) => keyNames(input, key).forEach(name => press(to, name)));
  // A frame as high as the terminal makes Ink clear the screen at each change.
  const height = rows - 1;
  return (
    <ThemeContext.Provider value={theme}>
      <RepaintContext.Provider value={repaint}>
        <Box flexDirection="column" width={columns} height={height} overflow="hidden">
          {isTooSmall({columns, rows}) ? (
            <Lines width={columns} lines={tooSmallLines({columns, rows})} />
          ) : (
            <>
              <Lines lines={[headerLine(snapshot, columns)]} width={columns} />
              <WithPictures wanted={hasPictures(snapshot)}>
                <Body to={to} snapshot={snapshot} width={columns} height={height - 2} />
              </WithPictures>
              <Lines lines={[footerLine(snapshot, columns)]} width={columns} />
            </>
          )}
        </Box>
      </RepaintContext.Provider>
    </ThemeContext.Provider>
  );
}

function hasPictures({state: {screen, help}}: Snapshot): boolean {
  return (screen === 'predictions' || screen === 'data') && !help;
}

type BodyProps = {
  readonly to: Interface;
  readonly snapshot: Snapshot;
  readonly width: number;
  readonly height: number;
};

function Body({to, snapshot, width, height}: BodyProps): ReactElement {
  const layout = screenLayout(snapshot, width, height);
  if (layout !== undefined) return <LayoutView layout={layout} />;
  const {screen} = snapshot.state;
  if (screen === 'compare') return <CompareScreen {...{snapshot, width, height}} />;
  if (screen === 'predictions') return <PredictionsScreen {...{to, snapshot, width, height}} />;
  return <DataScreen {...{snapshot, width, height}} />;
}
