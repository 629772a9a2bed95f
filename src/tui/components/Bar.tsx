import {Text} from 'ink';
import type {ReactElement} from 'react';
import {Styled} from './TextLines.js';

/** A bar of a fraction from 0 to 1, exactly `width` columns wide. */
export function Bar(props: {readonly fraction: number; readonly width: number}): ReactElement {
  const width = Math.max(0, props.width);
  const filled = Math.round(Math.min(1, Math.max(0, props.fraction)) * width);
  return (
    <Text wrap="truncate" aria-hidden>
      <Styled role="accent">{'█'.repeat(filled)}</Styled>
      <Styled role="faint">{'░'.repeat(width - filled)}</Styled>
    </Text>
  );
}
