import {Text, type TextProps} from 'ink';
import type {ReactElement} from 'react';
import {clamped} from '../state/lists.js';
import {cutLine, plainText, type Line, type Role} from '../text/line.js';
import {useTheme} from '../theme.js';

type StyledProps = {
  readonly role?: Role | undefined;
  readonly children: string;
};

/** Text of one role. Nothing in it can move the cursor: it may come from a file. */
export function Styled({role = 'plain', children}: StyledProps): ReactElement {
  const theme = useTheme();
  return <Text>{theme.paint(role, children)}</Text>;
}

type TextLinesProps = Pick<TextProps, 'aria-hidden'> & {
  readonly lines: readonly Line[];
  /** In columns; each line is cut there. */
  readonly width: number;
};

/** Lines one below the other. */
export function TextLines({lines, width, ...rest}: TextLinesProps): ReactElement {
  const theme = useTheme();
  const shown = theme.screenReader
    ? lines.flatMap(undrawn)
    : lines.map(content => cutLine(withoutEnd(content), width));
  return (
    <Text wrap="truncate" {...rest}>
      {shown
        .map(content => content.map(({text, role}) => theme.paint(role, text)).join(''))
        .join('\n')}
    </Text>
  );
}

/** The line without blanks at its end: Ink measures every character. */
function withoutEnd(content: Line): Line {
  const last = content.findLastIndex(({text, role}) => role !== 'plain' || text.trim() !== '');
  return content.slice(0, last + 1);
}

/** For a screen reader, a drawn table has no edges, and commas between its cells. */
function undrawn(content: Line): Line[] {
  const text = plainText(content);
  if (!/[\u2500-\u257f]/.test(text)) return [content];
  const cells = text.split(/[│┃]/).map(cell => cell.replaceAll(/[\u2500-\u257f]/g, '').trim());
  const row = cells.filter(cell => cell !== '').join(', ');
  return row === '' ? [] : [[{text: row, role: 'plain'}]];
}

/** A bar of a fraction from 0 to 1, exactly `width` columns wide. */
export function Bar(props: {readonly fraction: number; readonly width: number}): ReactElement {
  const width = Math.max(0, props.width);
  const filled = Math.round(clamped(props.fraction, 0, 1) * width);
  return (
    <Text wrap="truncate" aria-hidden>
      <Styled role="accent">{'█'.repeat(filled)}</Styled>
      <Styled role="faint">{'░'.repeat(width - filled)}</Styled>
    </Text>
  );
}
