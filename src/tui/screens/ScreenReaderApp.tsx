import {Box, Text} from 'ink';
import type {ReactElement} from 'react';
import {useKeys} from '../hooks/use-keys.js';
import {useStore} from '../hooks/use-store.js';
import type {AppProps} from '../App.js';
import {plainText} from '../text/line.js';
import {screenReaderLines} from '../view/screen-reader.js';

/** The same interface as plain lines: no frames, no charts, numbers as sentences. */
export function ScreenReaderApp({
  controller,
  size,
  theme,
  keys,
}: Omit<AppProps, 'draw' | 'repaint'>): ReactElement {
  const snapshot = useStore(controller.snapshot);
  const {rows} = useStore(size);
  useKeys(keys);
  const lines = screenReaderLines(snapshot).slice(0, Math.max(1, rows - 1));
  return (
    <Box flexDirection="column">
      {lines.map((content, index) => (
        <Text key={index}>{theme.paint('plain', plainText(content))}</Text>
      ))}
    </Box>
  );
}
