import {Box, Text} from 'ink';
import type {ReactElement, ReactNode} from 'react';
import {useTheme} from '../hooks/theme-context.js';
import {cut, widthOf} from '../text/fit.js';

export type PanelProps = {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly focused: boolean;
  readonly children?: ReactNode;
};

const borders = {
  unicode: {
    topLeft: '╭',
    top: '─',
    topRight: '╮',
    left: '│',
    right: '│',
    bottomLeft: '╰',
    bottom: '─',
    bottomRight: '╯',
  },
  ascii: {
    topLeft: '+',
    top: '-',
    topRight: '+',
    left: '|',
    right: '|',
    bottomLeft: '+',
    bottom: '-',
    bottomRight: '+',
  },
};

/** A frame with its title in the upper edge; the title of the one that has the keys is bold. */
export function Panel({title, width, height, focused, children}: PanelProps): ReactElement {
  const theme = useTheme();
  const style = theme.ascii ? borders.ascii : borders.unicode;
  const role = focused ? 'accent' : 'faint';
  const shown = cut(title, width - 6);
  const rest = Math.max(0, width - widthOf(shown) - 5);
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      <Text wrap="truncate">
        {theme.paint(role, `${style.topLeft}${style.top} `)}
        {theme.paint(focused ? 'strong' : 'plain', shown)}
        {theme.paint(role, ` ${style.top.repeat(rest)}${style.topRight}`)}
      </Text>
      <Box
        borderStyle={style}
        borderTop={false}
        borderDimColor={!focused}
        width={width}
        height={height - 1}
        paddingX={1}
        overflow="hidden"
      >
        {children}
      </Box>
    </Box>
  );
}
