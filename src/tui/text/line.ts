import {textTable, type Table} from '../../util/table.js';
import {cut, widthOf, wrap} from './fit.js';

/** What a piece of text means; the theme decides how that looks. Never the only signal. */
export type Role =
  | 'plain'
  | 'faint'
  | 'strong'
  | 'accent'
  | 'good'
  | 'warning'
  | 'bad'
  | 'selected'
  | 'train'
  | 'validation'
  | 'baseline'
  | 'head0'
  | 'head1'
  | 'head2'
  | 'head3'
  | 'head4'
  | 'head5'
  | 'heat0'
  | 'heat1'
  | 'heat2'
  | 'heat3'
  | 'heat4';

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
  const blanks = ' '.repeat(Math.max(0, labelWidth - widthOf(label)));
  return [span(`${label}${blanks}`, 'faint'), span(value)];
}

/** Text in lines of at most `width` columns. */
export function wrappedLines(text: string, width: number, role: Role = 'plain'): Line[] {
  return wrap(text, width).map(part => line(part, role));
}

/** A table within a text that scrolls. */
export function tableLines(table: Table, width: number): Line[] {
  const [header = '', ...rows] = textTable(table).trimEnd().split('\n');
  return [line(cut(header, width), 'faint'), ...rows.map(row => line(cut(row, width)))];
}
