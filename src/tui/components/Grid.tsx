import {Box} from 'ink';
import type {ReactElement} from 'react';
import {lengths} from '../text/chart-grid.js';
import type {PanelSize} from './Panel.js';

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
