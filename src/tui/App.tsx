import {Box, useIsScreenReaderEnabled, useWindowSize} from 'ink';
import {useMemo, type ComponentType, type ReactElement} from 'react';
import {Footer, footerRows} from './components/Footer.js';
import {Header} from './components/Header.js';
import {WithImages} from './components/Images.js';
import type {PanelSize} from './components/Panel.js';
import {TextLines} from './components/TextLines.js';
import type {TuiController} from './controller.js';
import {ControllerContext, useSnapshot} from './hooks.js';
import {CompareScreen} from './screens/CompareScreen.js';
import {DataScreen} from './screens/DataScreen.js';
import {ExperimentsScreen} from './screens/ExperimentsScreen.js';
import {HelpScreen} from './screens/HelpScreen.js';
import {LiveScreen} from './screens/LiveScreen.js';
import {promptKinds} from './prompts/prompt-kinds.js';
import {PredictionsScreen} from './screens/PredictionsScreen.js';
import {PromptScreen} from './screens/PromptScreen.js';
import {RunScreen} from './screens/RunScreen.js';
import {RunsScreen} from './screens/RunsScreen.js';
import type {Screen} from './state/interface-state.js';
import {wrappedLines} from './text/line.js';
import {useTerminal} from './terminal/use-terminal.js';
import {makeTheme, ThemeContext, useTheme, type Look} from './theme.js';

type AppProps = {
  readonly controller: TuiController;
  readonly look: Look;
  /** Whether clicks and the wheel do something. */
  readonly mouse: boolean;
};

/** The whole interface: header, the screen that is open, footer. */
export function App({controller, look, mouse}: AppProps): ReactElement {
  const screenReader = useIsScreenReaderEnabled();
  const theme = useMemo(() => makeTheme({...look, screenReader}), [look, screenReader]);
  useTerminal(controller, mouse);
  return (
    <ThemeContext.Provider value={theme}>
      <ControllerContext.Provider value={controller}>
        <Frame />
      </ControllerContext.Provider>
    </ThemeContext.Provider>
  );
}

/** Smallest terminal that the screens are laid out for. */
export const smallest = {columns: 60, rows: 20} as const;

const screens: Readonly<Record<Screen, ComponentType<PanelSize>>> = {
  experiments: ExperimentsScreen,
  live: LiveScreen,
  runs: RunsScreen,
  run: RunScreen,
  compare: CompareScreen,
  predictions: PredictionsScreen,
  data: DataScreen,
};

function Frame(): ReactElement {
  const {columns, rows} = useWindowSize();
  const snapshot = useSnapshot();
  const {ascii} = useTheme();
  const {screen, help, prompt, question} = snapshot.state;
  // Ink clears the screen when a frame is as high as the terminal.
  const frame = {
    flexDirection: 'column',
    width: columns,
    height: rows - 1,
    overflowY: 'hidden',
  } as const;
  const answers =
    question === undefined
      ? 'q quits.'
      : `${question.text} ${question.choices.map(({key, label}) => `${key} ${label}`).join(', ')}`;
  if (columns < smallest.columns || rows < smallest.rows) {
    return (
      <Box {...frame}>
        <TextLines
          lines={[
            ...wrappedLines(`${columns}x${rows} is too small.`, columns),
            ...wrappedLines(`It needs ${smallest.columns}x${smallest.rows}. ${answers}`, columns),
          ]}
          width={columns}
        />
      </Box>
    );
  }
  const Body = help ? HelpScreen : screens[screen];
  const footer = footerRows(snapshot, ascii, columns);
  const body = {width: columns, height: rows - 2 - footer.length};
  return (
    <WithImages isWanted={!help && (screen === 'predictions' || screen === 'data')}>
      <Box {...frame}>
        <Header width={columns} />
        {prompt === undefined || prompt.kind === 'filter' ? (
          <Body {...body} />
        ) : (
          <PromptScreen kind={promptKinds[prompt.kind]} prompt={prompt} {...body} />
        )}
        <Footer rows={footer} width={columns} />
      </Box>
    </WithImages>
  );
}
