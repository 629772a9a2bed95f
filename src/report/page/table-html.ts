import type {TableData} from '../tables/table-data.js';
import {markup, type Html} from './escape.js';

/** Longer words may be broken where paper is narrow; numbers and titles stay whole. */
const LONG_WORD = 14;

/** A table that scrolls by itself where it is wider than the page. @param name What it shows. */
export function tableHtml({header, rows, right}: TableData, name: string): Html {
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
