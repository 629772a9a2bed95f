import {Box} from 'ink';
import {useLayoutEffect, useMemo, type ReactElement} from 'react';
import type {Store} from '../util/store.js';
import {RepaintContext} from './hooks/repaint-context.js';
import {ThemeContext} from './hooks/theme-context.js';
import {useStore} from './hooks/use-store.js';
import type {TuiController} from './interface.js';
import {useKeys} from './hooks/use-keys.js';
import type {KeyBursts} from './keys/key-bursts.js';
import {CompareScreen} from './screens/CompareScreen.js';
import {DataScreen} from './screens/DataScreen.js';
import {PredictionsScreen} from './screens/PredictionsScreen.js';
import type {Size, Snapshot} from './state/snapshot.js';
import {paintLines, type Theme} from './theme.js';
import {footerLine, headerLine} from './view/header.js';
import {frameLines} from './view/text-frame.js';
import {Lines} from './widgets/Lines.js';
import {WithPictures} from './widgets/WithPictures.js';

export type AppProps = {
  readonly controller: TuiController;
  readonly size: Store<Size>;
  readonly theme: Theme;
  /** Where key presses go. */
  readonly keys: KeyBursts;
  /** Writes the frame of a screen of text alone. */
  readonly draw: (frame: string) => void;
  /** Makes the next frame a whole one. */
  readonly repaint: () => void;
};

/**
 * The whole screen, where it has tables or images: header, what is open, footer. A screen of text
 * alone is lines, which are written without Ink; here are its keys.
 */
export function App({controller, size, theme, keys, draw, repaint}: AppProps): ReactElement {
  const snapshot = useStore(controller.snapshot);
  const room = useStore(size);
  const {columns, rows} = room;
  useKeys(keys);
  const lines = useMemo(() => frameLines(snapshot, room), [snapshot, room]);
  // After what Ink had there is gone: images wipe the place they had.
  useLayoutEffect(() => {
    if (lines !== undefined) draw(paintLines(theme, lines));
  }, [lines, draw, theme]);
  // A frame as high as the terminal makes Ink clear the screen at each change.
  const height = rows - 1;
  return (
    <ThemeContext.Provider value={theme}>
      <RepaintContext.Provider value={repaint}>
        <WithPictures wanted={hasPictures(snapshot)}>
          {lines !== undefined ? undefined : (
            <Box flexDirection="column" width={columns} height={height} overflow="hidden">
              <Lines lines={[headerLine(snapshot, columns)]} width={columns} />
              <Body
                controller={controller}
                snapshot={snapshot}
                width={columns}
                height={height - 2}
              />
              <Lines lines={[footerLine(snapshot, columns)]} width={columns} />
            </Box>
          )}
        </WithPictures>
      </RepaintContext.Provider>
    </ThemeContext.Provider>
  );
}

function hasPictures({state: {screen, help}}: Snapshot): boolean {
  return (screen === 'predictions' || screen === 'data') && !help;
}

type BodyProps = {
  readonly controller: TuiController;
  readonly snapshot: Snapshot;
  readonly width: number;
  readonly height: number;
};

function Body({controller, snapshot, width, height}: BodyProps): ReactElement {
  const {screen} = snapshot.state;
  if (screen === 'compare') return <CompareScreen {...{snapshot, width, height}} />;
  if (screen === 'predictions')
    return <PredictionsScreen {...{controller, snapshot, width, height}} />;
  return <DataScreen {...{snapshot, width, height}} />;
}
