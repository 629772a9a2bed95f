import {cut, widthOf} from '../text/fit.js';
import {fitLine, line, span, type Line} from '../text/line.js';
import {inside, type Layout, type Pane} from './pane.js';

/** The characters of a pane's frame, as Ink takes them. */
export const borders = {
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

/** A pane's upper edge with its title; that of the one that has the keys is bold. */
export function topEdge(title: string, width: number, focused: boolean, ascii: boolean): Line {
  const style = ascii ? borders.ascii : borders.unicode;
  const role = focused ? 'accent' : 'faint';
  const shown = cut(title, width - 6);
  const rest = Math.max(0, width - widthOf(shown) - 5);
  return [
    span(`${style.topLeft}${style.top} `, role),
    span(shown, focused ? 'strong' : 'plain'),
    span(` ${style.top.repeat(rest)}${style.topRight}`, role),
  ];
}

/** A layout as the lines that Ink makes of it: for a frame that has to be there before Ink is. */
export function layoutLines(layout: Layout, ascii: boolean): readonly Line[] {
  if (!('direction' in layout)) return paneLines(layout, ascii);
  const parts = layout.parts.map(part => layoutLines(part, ascii));
  if (layout.direction === 'column') return parts.flat();
  const height = Math.max(...parts.map(({length}) => length));
  return Array.from({length: height}, (_, row) => parts.flatMap(part => part[row] ?? []));
}

function paneLines({title, width, height, focused, lines}: Pane, ascii: boolean): readonly Line[] {
  const style = ascii ? borders.ascii : borders.unicode;
  const role = focused ? 'plain' : 'faint';
  const room = inside({width, height});
  const rows = Array.from({length: height - 2}, (_, row): Line => [
    span(style.left, role),
    span(' '),
    ...fitLine(lines[row] ?? line(''), room.width),
    span(' '),
    span(style.right, role),
  ]);
  const bottom = `${style.bottomLeft}${style.bottom.repeat(width - 2)}${style.bottomRight}`;
  return [topEdge(title, width, focused, ascii), ...rows, line(bottom, role)];
}
