import {line, type Line} from '../text/line.js';
import type {Size, Snapshot} from '../state/snapshot.js';
import {footerLine, headerLine} from './header.js';
import {layoutLines} from './frame.js';
import {screenLayout, smallest} from './screen-layout.js';

/** What a terminal below the smallest size shows. */
function tooSmallLines({columns, rows}: Size): readonly Line[] {
  return [
    line(`${columns}x${rows} is too small.`),
    line(`It needs ${smallest.columns}x${smallest.rows}. q quits.`),
  ];
}

function isTooSmall({columns, rows}: Size): boolean {
  return columns < smallest.columns || rows < smallest.rows;
}

/**
 * A whole frame of a screen that is text alone, which takes a tenth of what Ink takes for it;
 * undefined for one with tables or images.
 */
export function frameLines(snapshot: Snapshot, size: Size): readonly Line[] | undefined {
  if (isTooSmall(size)) return tooSmallLines(size);
  const {columns, rows} = size;
  const layout = screenLayout(snapshot, columns, rows - 3);
  if (layout === undefined) return undefined;
  const body = layoutLines(layout, snapshot.ascii);
  return [headerLine(snapshot, columns), ...body, footerLine(snapshot, columns)];
}
