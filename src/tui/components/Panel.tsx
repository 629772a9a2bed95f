import {Box, Text} from 'ink';
import type {ReactElement, ReactNode} from 'react';
import {cutParts, widthOf} from '../text/fit.js';
import type {Line} from '../text/line.js';
import {titleWithWindow, windowFrom} from '../text/window.js';
import {useTheme} from '../theme.js';
import {Styled, TextLines} from './TextLines.js';

export type PanelSize = {
  /** Outer size in columns and rows, with the frame. */
  readonly width: number;
  readonly height: number;
};

type PanelProps = PanelSize & {
  readonly title: string;
  /** Whether keys act on it: its frame stands out. */
  readonly isFocused?: boolean;
  readonly children?: ReactNode;
};

/** Columns and rows inside a panel's frame, with one blank column at each side. */
export function inside({width, height}: PanelSize): PanelSize {
  return {width: Math.max(1, width - 4), height: Math.max(1, height - 2)};
}

/** A frame with its title in the upper edge. */
export function Panel(props: PanelProps): ReactElement {
  const {title, width, height, isFocused = false, children} = props;
  const {ascii, screenReader} = useTheme();
  if (screenReader) {
    return (
      <Box flexDirection="column">
        <Styled>{`${title}.`}</Styled>
        {children}
      </Box>
    );
  }
  const shown = cutParts(title, width - 6);
  const rest = Math.max(0, width - widthOf(shown) - 5);
  const edge = isFocused ? 'accent' : 'faint';
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      <Text wrap="truncate">
        <Styled role={edge}>╭─ </Styled>
        <Styled role={isFocused ? 'strong' : 'plain'}>{shown}</Styled>
        <Styled role={edge}>{` ${'─'.repeat(rest)}╮`}</Styled>
      </Text>
      <Box
        borderStyle={ascii ? 'classic' : 'round'}
        borderTop={false}
        borderDimColor={!isFocused}
        width={width}
        height={height - 1}
        paddingX={1}
        overflowY="hidden"
        flexDirection="column"
      >
        {children}
      </Box>
    </Box>
  );
}

type ScrollPanelProps = Omit<PanelProps, 'children'> & {
  readonly lines: readonly Line[];
  /** Lines that are scrolled away above. */
  readonly scroll: number;
};

/** A panel with text that may be longer than it; the title says which lines are visible. */
export function ScrollPanel({title, lines, scroll, ...frame}: ScrollPanelProps): ReactElement {
  const room = inside(frame);
  const visible = windowFrom(lines.length, scroll, room.height);
  return (
    <Panel title={titleWithWindow(title, visible, lines.length)} {...frame}>
      <TextLines lines={lines.slice(visible.from, visible.to)} width={room.width} />
    </Panel>
  );
}
