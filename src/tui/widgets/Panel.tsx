import {Box, Text} from 'ink';
import type {ReactElement, ReactNode} from 'react';
import {useTheme} from '../hooks/theme-context.js';
import {paintLines} from '../theme.js';
import {borders, topEdge} from '../view/frame.js';

type PanelProps = {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly focused: boolean;
  readonly children?: ReactNode;
};

/** A frame with its title in the upper edge; the title of the one that has the keys is bold. */
export function Panel({title, width, height, focused, children}: PanelProps): ReactElement {
  const theme = useTheme();
  const style = theme.ascii ? borders.ascii : borders.unicode;
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      <Text wrap="truncate">
        {paintLines(theme, [topEdge(title, width, focused, theme.ascii)])}
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
