import {padded} from '../../util/table.js';
import {cut, segmentsOf, widthOf} from '../../util/text-width.js';

export {cut, widthOf};

export function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** The text in at most `width` columns, cut after a whole word where that leaves most of it. */
export function cutWords(text: string, width: number): string {
  const shown = cut(text, width);
  if (shown === text) return text;
  const end = shown.trimEnd().lastIndexOf(' ');
  return end < width / 3 ? shown : `${shown.slice(0, end).trimEnd()}…`;
}

/** The start and the end of a text in at most `width` columns. */
export function cutMiddle(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const end = Math.floor(width / 2);
  return `${cut(text, width - end + 1).slice(0, -1)}${cutStart(text, end)}`;
}

/** Parts with ` · ` between them in at most `width` columns: as many as fit whole, and the first. */
export function cutParts(text: string, width: number): string {
  const end = text.lastIndexOf(' · ');
  return end < 0 || widthOf(text) <= width ? cut(text, width) : cutParts(text.slice(0, end), width);
}

/** The text in exactly `width` columns. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  return padded(cut(text, width), width, align === 'right');
}

/** The end of a text in at most `width` columns; the end of a path says most. */
export function cutStart(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const segments = [...segmentsOf(text)].map(({segment}) => segment).reverse();
  let start = '';
  for (const segment of segments) {
    if (widthOf(segment) + widthOf(start) > width - 1) break;
    start = `${segment}${start}`;
  }
  return width <= 0 ? '' : `…${start}`;
}

/** Words in lines of at most `width` columns; a longer word is broken, and an indent is kept. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap(paragraph => {
    const [indent = ''] = /^ */.exec(paragraph) ?? [];
    const room = width - indent.length;
    if (room < width / 2) return [cut(paragraph, width)];
    const rest = paragraph.slice(indent.length);
    return wrapParagraph(rest, Math.max(1, room)).map(piece => `${indent}${piece}`);
  });
}

function wrapParagraph(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (let word of paragraph.split(' ')) {
    while (widthOf(word) > width) {
      if (line !== '') lines.push(line);
      line = '';
      const head = [...cut(word, width + 1)].slice(0, -1).join('');
      lines.push(head);
      word = word.slice(head.length);
      if (head === '') break;
    }
    if (line === '') line = word;
    else if (widthOf(line) + 1 + widthOf(word) <= width) line = `${line} ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}
