import {padded, textTable, type Table} from '../../util/table.js';
import type {Role} from '../theme.js';
import type {TextField} from '../state/text-field.js';
import {cut, cutStart, widthOf, wrap} from './fit.js';

export type {Role};

export type Span = {readonly text: string; readonly role: Role};

/** Text of one line, in pieces of one role each. */
export type Line = readonly Span[];

export function span(text: string, role: Role = 'plain'): Span {
  return {text, role};
}

/** A line of one piece. */
export function line(text: string, role: Role = 'plain'): Line {
  return [{text, role}];
}

export function plainText(content: Line): string {
  return content.map(({text}) => text).join('');
}

export function lineWidth(content: Line): number {
  return content.reduce((sum, {text}) => sum + widthOf(text), 0);
}

/** The line in at most `width` columns. */
export function cutLine(content: Line, width: number): Line {
  const pieces: Span[] = [];
  let left = width;
  for (const piece of content) {
    const columns = widthOf(piece.text);
    if (columns > left) {
      if (left > 0) pieces.push({...piece, text: cut(piece.text, left)});
      break;
    }
    pieces.push(piece);
    left -= columns;
  }
  return pieces;
}

/** A label and its value; values stand in one column. */
export function factLine(label: string, value: string, labelWidth: number): Line {
  return [span(padded(label, labelWidth), 'faint'), span(value)];
}

/** Text in lines of at most `width` columns. */
export function wrappedLines(text: string, width: number, role: Role = 'plain'): Line[] {
  return wrap(text, width).map(part => line(part, role));
}

/** Text in lines of at most `width` columns: the first one behind `start`, the others below its end. */
export function hangingLines(start: Span, text: string, width: number, role?: Role): Line[] {
  const indent = widthOf(start.text);
  return wrappedLines(text, width - indent, role).map((rest, row) => [
    row === 0 ? start : span(' '.repeat(indent)),
    ...rest,
  ]);
}

/** A table within a text that scrolls. */
export function tableLines(table: Table, width: number): Line[] {
  const [header = '', ...rows] = textTable(table).trimEnd().split('\n');
  return [line(cut(header, width), 'faint'), ...rows.map(row => line(cut(row, width)))];
}

/** A text that is being typed, in at most `width` columns around its caret, which stands out. */
export function fieldLine({text, caret}: TextField, width: number): Line {
  const characters = [...text];
  const at = characters[caret] ?? ' ';
  const before = cutStart(characters.slice(0, caret).join(''), width - widthOf(at));
  const rest = width - widthOf(before) - widthOf(at);
  const after = cut(characters.slice(caret + 1).join(''), rest);
  return [span(before), span(at, 'selected'), span(after)];
}
