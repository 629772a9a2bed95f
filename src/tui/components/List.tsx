import {Box, Text} from 'ink';
import type {ReactElement} from 'react';
import {fit} from '../text/fit.js';
import {cutLine, line, lineWidth, plainText, type Line} from '../text/line.js';
import {useTheme} from '../theme.js';
import {Styled, TextLines} from './TextLines.js';

type ListRowProps = {
  readonly content: Line;
  readonly width: number;
  readonly isCursor: boolean;
  readonly isMarked?: boolean;
  readonly isFocused: boolean;
};

/** A row with a sign at the cursor, in inverse colours where its list has the keys. */
export function ListRow(props: ListRowProps): ReactElement {
  const {content, width, isCursor, isMarked = false, isFocused} = props;
  const {screenReader} = useTheme();
  if (screenReader) {
    const cells = content.map(({text}) => text.trim()).filter(text => text !== '');
    return (
      <Box aria-state={{selected: isCursor, checked: isMarked}}>
        <Styled>{cells.join(', ')}</Styled>
      </Box>
    );
  }
  if (!isCursor) return <TextLines lines={[[...line(' '), ...content]]} width={width} />;
  return (
    <Text wrap="truncate">
      <Styled role={isFocused ? 'selected' : 'strong'}>
        {`▸${fit(plainText(content), width - 1)}`}
      </Styled>
    </Text>
  );
}

/** A line whose second part stands at the right end. */
export function spread(left: Line, right: Line, width: number): Line {
  const end = cutLine(right, width);
  const start = cutLine(left, width - lineWidth(end));
  return [...start, ...line(' '.repeat(width - lineWidth(start) - lineWidth(end))), ...end];
}
