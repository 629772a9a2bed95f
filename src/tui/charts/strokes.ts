import type {Role} from '../text/line.js';

/** Curves differ by stroke, so that they can be told apart without colours. */
export type Stroke = 'light' | 'heavy' | 'double' | 'dots';

/*
 * In asciichart's order: start on the axis, axis, two ends that it never draws, level, from above to
 * level, from below to level, level to below, level to above, upright.
 */
type Symbols = readonly [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];

export const strokes: Readonly<Record<'unicode' | 'ascii', Readonly<Record<Stroke, Symbols>>>> = {
  unicode: {
    light: ['┼', ' ', '╶', '╴', '─', '╰', '╭', '╮', '╯', '│'],
    heavy: ['┿', ' ', '╺', '╸', '━', '┗', '┏', '┓', '┛', '┃'],
    double: ['╪', ' ', '═', '═', '═', '╚', '╔', '╗', '╝', '║'],
    dots: ['┼', ' ', '·', '·', '·', '·', '·', '·', '·', '·'],
  },
  ascii: {
    light: ['+', ' ', '-', '-', '-', '\\', '/', '\\', '/', '|'],
    heavy: ['+', ' ', '=', '=', '=', '#', '#', '#', '#', '#'],
    double: ['+', ' ', '%', '%', '%', '%', '%', '%', '%', '%'],
    dots: ['+', ' ', '.', '.', '.', '.', '.', '.', '.', '.'],
  },
};

export function axisMark(ascii: boolean): {readonly text: string; readonly role: Role} {
  return {text: ascii ? '|' : '┤', role: 'faint'};
}
