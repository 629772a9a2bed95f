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
  readonly isFocused: boolean;
};

/** A row with a sign at the cursor, in inverse colours where its list has the keys. */
export function ListRow({content, width, isCursor, isFocused}: ListRowProps): ReactElement {
  const {screenReader} = useTheme();
  if (screenReader) return <SpokenRow cells={content.map(({text}) => text)} isCursor={isCursor} />;
  if (!isCursor) return <TextLines lines={[[...line(' '), ...content]]} width={width} />;
  return (
    <Text wrap="truncate">
      <Styled role={isFocused ? 'selected' : 'strong'}>
        {`▸${fit(plainText(content), width - 1)}`}
      </Styled>
    </Text>
  );
}

type SpokenRowProps = {
  readonly cells: readonly string[];
  readonly isCursor: boolean;
  readonly isMarked?: boolean;
};

/** A row as a sentence, for a screen reader. */
export function SpokenRow({cells, isCursor, isMarked = false}: SpokenRowProps): ReactElement {
  const texts = cells.map(text => text.trim()).filter(text => text !== '');
  return (
    <Box aria-state={{selected: isCursor, checked: isMarked}}>
      <Styled>{texts.join(', ')}</Styled>
    </Box>
  );
}

/** A line whose second part stands at the right end. */
export function spread(left: Line, right: Line, width: number): Line {
  const end = cutLine(right, width);
  const start = cutLine(left, width - lineWidth(end));
  return [...start, ...line(' '.repeat(width - lineWidth(start) - lineWidth(end))), ...end];
}
