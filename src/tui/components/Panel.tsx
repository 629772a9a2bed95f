import {Box, Text} from 'ink';
import type {ReactElement, ReactNode} from 'react';
import {cutParts, widthOf} from '../text/fit.js';
import type {ChartArea} from '../charts/curves.js';
import {useSnapshot} from '../hooks.js';
import {lengths} from '../text/layout.js';
import {wrappedLines, type Line} from '../text/line.js';
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

type LinesPanelProps = Omit<PanelProps, 'children'> & {readonly lines: readonly Line[]};

/** A panel of lines. */
export function LinesPanel({lines, ...frame}: LinesPanelProps): ReactElement {
  return (
    <Panel {...frame}>
      <TextLines lines={lines} width={inside(frame).width} />
    </Panel>
  );
}

type MessagePanelProps = Omit<PanelProps, 'children'> & {readonly text: string};

/** A panel with a text that is wrapped. */
export function MessagePanel({text, ...frame}: MessagePanelProps): ReactElement {
  return <LinesPanel lines={wrappedLines(text, inside(frame).width)} {...frame} />;
}

type ScrollPanelProps = LinesPanelProps & {
  /** Lines that are scrolled away above. */
  readonly scroll: number;
};

/** A panel with text that may be longer than it; the title says which lines are visible. */
export function ScrollPanel({title, lines, scroll, ...frame}: ScrollPanelProps): ReactElement {
  const visible = windowFrom(lines.length, scroll, inside(frame).height);
  return (
    <LinesPanel
      title={titleWithWindow(title, visible, lines.length)}
      lines={lines.slice(visible.from, visible.to)}
      {...frame}
    />
  );
}

type ChartPanelProps = Omit<PanelProps, 'children'> & {
  readonly draw: (area: ChartArea) => readonly Line[];
};

/** A chart that fills its panel. A screen reader has the title, which ends with the latest value. */
export function ChartPanel({draw, ...frame}: ChartPanelProps): ReactElement {
  const {chart: view} = useSnapshot().state;
  const {ascii} = useTheme();
  const {width, height} = inside(frame);
  return (
    <Panel {...frame}>
      <TextLines lines={draw({width, height, ascii, view})} width={width} aria-hidden />
    </Panel>
  );
}

type GridProps = PanelSize & {
  readonly columns: number;
  readonly rows: number;
  /** Draw the cells, row by row, each in its size. */
  readonly children: readonly ((size: PanelSize) => ReactElement)[];
};

/** Panels in rows and columns that fill a size; few in the last row share its width. */
export function Grid({columns, rows, width, height, children}: GridProps): ReactElement {
  return (
    <Box flexDirection="column">
      {lengths(height, rows).map((rowHeight, row) => {
        const cells = children.slice(row * columns, (row + 1) * columns);
        const widths = lengths(width, cells.length);
        return (
          <Box key={row}>
            {cells.map((draw, column) =>
              draw({width: widths[column] as number, height: rowHeight}),
            )}
          </Box>
        );
      })}
    </Box>
  );
}
