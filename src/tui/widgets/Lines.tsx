import {Text} from 'ink';
import type {ReactElement} from 'react';
import {useTheme} from '../hooks/theme-context.js';
import {cutLine, type Line} from '../text/line.js';
import {paintLines} from '../theme.js';

type LinesProps = {
  readonly lines: readonly Line[];
  /** In columns; what is longer is cut, line by line. */
  readonly width: number;
};

/** Lines one below the other. */
export function Lines({lines, width}: LinesProps): ReactElement {
  const cut = lines.map(one => cutLine(one, width));
  return <Text wrap="truncate">{paintLines(useTheme(), cut)}</Text>;
}
