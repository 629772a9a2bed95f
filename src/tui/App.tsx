import {Box, useInput} from 'ink';
import {type ReactElement} from 'react';
import {assertNever} from '../util/assert-never.js';
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
import {line} from './text/line.js';
import type {Theme} from './theme.js';
import {experimentPanes} from './view/experiments.js';
import {footerLine, headerLine} from './view/header.js';
import {helpPane} from './view/help.js';
import {livePanes} from './view/live.js';
import type {Layout} from './view/pane.js';
import {runPanes} from './view/run.js';
import {runsPanes} from './view/runs.js';
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

export const smallest = {columns: 60, rows: 20} as const;

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
          {columns < smallest.columns || rows < smallest.rows ? (
            <Lines
              width={columns}
              lines={[
                line(`${columns}x${rows} is too small.`),
                line(`It needs ${smallest.columns}x${smallest.rows}. q quits.`),
              ]}
            />
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
  const {help, screen} = snapshot.state;
  if (help) return <LayoutView layout={helpPane(snapshot, width, height)} />;
  if (screen === 'compare') return <CompareScreen {...{snapshot, width, height}} />;
  if (screen === 'predictions') return <PredictionsScreen {...{to, snapshot, width, height}} />;
  if (screen === 'data') return <DataScreen {...{snapshot, width, height}} />;
  return <LayoutView layout={panesOf(screen, snapshot, width, height)} />;
}

function panesOf(
  screen: Exclude<Snapshot['state']['screen'], 'compare' | 'predictions' | 'data'>,
  snapshot: Snapshot,
  width: number,
  height: number,
): Layout {
  switch (screen) {
    case 'experiments':
      return experimentPanes(snapshot, width, height);
    case 'live':
      return livePanes(snapshot, width, height);
    case 'runs':
      return runsPanes(snapshot, width, height);
    case 'run':
      return runPanes(snapshot, width, height);
    default:
      return assertNever(screen);
  }
}
