import {printable} from '../../util/format.js';

/** Markup that is safe as it stands. Only `markup` and `trusted` make one. */
export class Html {
  constructor(readonly text: string) {}
}

/** What a template may hold: text is escaped, lists are joined, undefined is nothing. */
export type Content = Html | string | number | undefined | readonly Content[];

/**
 * A template whose every value is escaped unless it is markup already: names, log lines and
 * definitions come from files and can hold anything.
 */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(
    parts.map((part, index) => (index === 0 ? part : textOf(values[index - 1]) + part)).join(''),
  );
}

/** Marks text as markup: for what this program itself has written, such as a chart. */
export function trusted(text: string): Html {
  return new Html(text);
}

/** A part that opens with a click. */
export function details(summary: string, content: Content, open = false): Html {
  return markup`<details${open ? markup` open` : undefined}><summary>${summary}</summary>${content}</details>\n`;
}

/** Text as it may stand between tags and in quoted attributes. */
export function escaped(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function textOf(value: Content): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return value.map(textOf).join('');
}
