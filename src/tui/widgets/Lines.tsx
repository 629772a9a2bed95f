import {Text} from 'ink';
import {memo, type ReactElement} from 'react';
import {useTheme} from '../hooks/theme-context.js';
import type {Line} from '../text/line.js';
import {paintLines} from '../theme.js';

/** Lines one below the other; each is cut where the room ends. */
export const Lines = memo(function Lines({lines}: {readonly lines: readonly Line[]}): ReactElement {
  return <Text wrap="truncate">{paintLines(useTheme(), lines)}</Text>;
});
