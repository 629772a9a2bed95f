import type {TableData} from '../format/table-data.js';
import {markup, type Html} from './escape.js';

/** A table that scrolls by itself where it is wider than the page. @param name What it shows. */
export function tableHtml({header, rows, right}: TableData, name: string): Html {
  const side = (index: number): Html | undefined =>
    right.includes(index) ? markup` class="number"` : undefined;
  const titles = header.map((title, index) => markup`<th scope="col"${side(index)}>${title}</th>`);
  const lines = rows.map(
    row =>
      markup`<tr>
        ${row.map((cell, index) =>
          index === 0
            ? markup`<th scope="row"${side(index)}>${cell}</th>`
            : markup`<td${side(index)}>${cell}</td>`,
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
