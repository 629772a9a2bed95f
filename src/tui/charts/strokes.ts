import type {Role} from '../text/line.js';

/** Curves differ by stroke, so that they can be told apart without colours. */
export type Stroke = 'light' | 'heavy' | 'double' | 'dots';

/** A character of a chart. */
export type Mark = {readonly text: string; readonly role: Role};

/**
 * Characters in asciichart's order: start on the axis, axis, two ends that it never draws, level, from above to
 * level, from below to level, level to below, level to above, upright.
 */
export const strokes: Readonly<Record<'unicode' | 'ascii', Readonly<Record<Stroke, string>>>> = {
  unicode: {
    light: '┼ ╶╴─╰╭╮╯│',
    heavy: '┿ ╺╸━┗┏┓┛┃',
    double: '╪ ═══╚╔╗╝║',
    dots: '┼ ········',
  },
  ascii: {
    light: '+ ---\\/\\/|',
    heavy: '+ ===#####',
    double: '+ %%%%%%%%',
    dots: '+ ........',
  },
};

export function axisMark(ascii: boolean): Mark {
  return {text: ascii ? '|' : '┤', role: 'faint'};
}

/*
 * Light and heavy lines by their arms: up, right, down, left, each 0 (none), 1 (light) or 2 (heavy),
 * as digits of a number to base 3.
 */
const byArms = ' ╴╸╷┐┑╻┒┓╶─╾┌┬┭┎┰┱╺╼━┍┮┯┏┲┳╵┘┙│┤┥╽┧┪└┴┵├┼┽┟╁╅┕┶┷┝┾┿┢╆╈╹┚┛╿┦┩┃┨┫┖┸┹┞╀╃┠╂╉┗┺┻┡╄╇┣╊╋';
const square: Readonly<Record<string, string>> = {'╰': '└', '╭': '┌', '╮': '┐', '╯': '┘'};

function armsOf(text: string): readonly number[] | undefined {
  const index = byArms.indexOf(square[text] ?? text);
  return index < 1 ? undefined : [27, 9, 3, 1].map(digit => Math.floor(index / digit) % 3);
}

/**
 * Draws a curve over another one. Where two lines meet, both keep their arms, so that neither seems to
 * take the other's way; the mark has the role of the upper one.
 */
export function drawnOver(below: Mark | undefined, above: Mark, ascii: boolean): Mark {
  if (below === undefined || below.text === above.text) return above;
  if (ascii) return isLine(below.text) && isLine(above.text) ? {...above, text: '+'} : above;
  const [lower, upper] = [armsOf(below.text), armsOf(above.text)];
  if (lower === undefined || upper === undefined) return above;
  const index = upper.reduce((sum, arm, side) => 3 * sum + Math.max(arm, lower[side] ?? 0), 0);
  return {...above, text: byArms[index] ?? above.text};
}

function isLine(text: string): boolean {
  return '-=\\/|#+'.includes(text);
}
