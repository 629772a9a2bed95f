import stringWidth from 'string-width';

/**
 * Letters of Latin, and what the interface draws with: dashes, arrows, boxes, blocks, marks, Braille.
 * Each takes one column. Looking a text up in Unicode's tables takes most of the time of a frame.
 */
export const narrow =
  /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u25fc\u25ff\u2605\u2606\u2713\u2717\u2800-\u28ff]*$/;

/** Columns that a text takes on a terminal; most CJK characters and emoji take two. */
export function widthOf(text: string): number {
  return narrow.test(text) ? text.length : stringWidth(text);
}

/** Created on first use: its tables take a moment to load. */
let graphemes: Intl.Segmenter | undefined;

/** The characters of a text as people see them, each whole. */
export function segmentsOf(text: string): Intl.Segments {
  graphemes ??= new Intl.Segmenter(undefined, {granularity: 'grapheme'});
  return graphemes.segment(text);
}

/** The text in at most `width` columns; `…` marks a cut. */
export function cut(text: string, width: number): string {
  if (width <= 0) return '';
  if (widthOf(text) <= width) return text;
  let start = '';
  let used = 0;
  for (const {segment} of segmentsOf(text)) {
    const segmentWidth = widthOf(segment);
    if (used + segmentWidth > width - 1) break;
    start += segment;
    used += segmentWidth;
  }
  return `${start}…`;
}
