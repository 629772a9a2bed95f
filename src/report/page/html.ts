import {printable} from '../../util/format.js';
import type {Table} from '../../util/table.js';

/** Markup that is safe as it is. Only `markup` and `trusted` make it. */
export class Html {
  constructor(readonly text: string) {}
}

/** What a template may hold: it escapes text, joins lists and leaves undefined out. */
export type Content = Html | string | number | undefined | readonly Content[];

/**
 * A template that escapes every value that is not markup yet. Names, log lines and definitions come
 * from files and can hold anything.
 */
export function markup(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(
    parts.map((part, index) => (index === 0 ? part : textOf(values[index - 1]) + part)).join(''),
  );
}

/** Marks text that this program wrote, such as a chart, as markup. */
export function trusted(text: string): Html {
  return new Html(text);
}

/** Text that is safe between tags and in quoted attributes. */
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

/** A part that opens with a click. */
export function details(summary: string, content: Content, open = false): Html {
  return markup`<details${open ? markup` open` : undefined}><summary>${summary}</summary>${content}</details>\n`;
}

/** A list of texts; nothing where there are none. */
export function list(kind: string, texts: readonly string[]): Html | undefined {
  if (texts.length === 0) return undefined;
  return markup`<ul class="${kind}">
    ${texts.map(text => markup`<li>${text}</li>`)}
  </ul> `;
}

/** A part of the page with its entry in the table of contents. */
export type Section = {readonly id: string; readonly title: string; readonly content: Html};

export function section(id: string, title: string, ...content: readonly Content[]): Section {
  return {id, title, content: markup`${content}`};
}

export function sectionHtml({id, title, content}: Section): Html {
  return markup`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${content}
  </section> `;
}

/** Longer words may break on narrow paper; numbers and titles never do. */
const LONG_WORD = 14;

/** A table that scrolls where it is wider than the page. @param name Its accessible name. */
export function tableHtml({header, rows, right = []}: Table, name: string): Html {
  const classes = (text: string, index: number): Html => {
    const isLong = text.split(/\s/).some(word => word.length > LONG_WORD);
    const names = [...(right.includes(index) ? ['number'] : []), ...(isLong ? ['long'] : [])];
    return names.length === 0 ? markup`` : markup` class="${names.join(' ')}"`;
  };
  const titles = header.map(
    (title, index) => markup`<th scope="col"${classes(title, index)}>${title}</th>`,
  );
  const lines = rows.map(
    row =>
      markup`<tr>
        ${row.map((cell, index) =>
          index === 0
            ? markup`<th scope="row"${classes(cell, index)}>${cell}</th>`
            : markup`<td${classes(cell, index)}>${cell}</td>`,
        )}
      </tr> `,
  );
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${name}">
    <table>
      <thead>
        <tr>
          ${titles}
        </tr>
      </thead>
      <tbody>
        ${lines}
      </tbody>
    </table>
  </div> `;
}
