import {cut, widthOf} from './fit.js';

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
  | 'head5';

export type Span = {readonly text: string; readonly role: Role};

/** One line of the screen. */
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

/** The line in at most `width` columns. */
export function cutLine(content: Line, width: number): Line {
  const kept: Span[] = [];
  let left = width;
  for (const piece of content) {
    const own = widthOf(piece.text);
    if (own > left) {
      if (left > 0) kept.push({...piece, text: cut(piece.text, left)});
      break;
    }
    kept.push(piece);
    left -= own;
  }
  return kept;
}

/** The line in exactly `width` columns. */
export function fitLine(content: Line, width: number): Line {
  const kept = cutLine(content, width);
  const missing = width - widthOf(plainText(kept));
  return missing > 0 ? [...kept, span(' '.repeat(missing))] : kept;
}

/** Two lines as one: the first at the left end, the second at the right end. */
export function spread(left: Line, right: Line, width: number): Line {
  const end = cutLine(right, width);
  const room = width - widthOf(plainText(end));
  return [...fitLine(left, room), ...end];
}
