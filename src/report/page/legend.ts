import {seriesOf, type Series} from './charts/style.js';
import {markup, trusted, type Html} from './escape.js';
import type {ReportRow} from './report-row.js';

const outlines: Readonly<Record<Series['shape'], string>> = {
  circle: '<circle cx="14" cy="7" r="4.5"/>',
  square: '<rect x="10" y="3" width="8" height="8"/>',
  'triangle-up': '<path d="M14 2L19 11H9Z"/>',
  diamond: '<path d="M14 1L19 7L14 13L9 7Z"/>',
  cross: '<path d="M12 2h4v3h3v4h-3v3h-4v-3h-3v-4h3Z"/>',
  'triangle-down': '<path d="M14 12L19 3H9Z"/>',
};

/** Which colour and shape is which row; nothing for a single row. */
export function rowsLegend(rows: readonly ReportRow[]): Html | undefined {
  if (rows.length < 2) return undefined;
  const items = rows.map(({label}, row) => {
    const {color, shape} = seriesOf(row);
    const mark = trusted(
      `<svg aria-hidden="true" width="28" height="14" viewBox="0 0 28 14"><path d="M0 7H28" stroke="${color}" stroke-width="2"/><g fill="${color}">${outlines[shape]}</g></svg>`,
    );
    return markup`<li>${mark}${label}</li>`;
  });
  return markup`<ul class="legend">
    ${items}
  </ul> `;
}

/** Dashed is training, solid validation. */
export function splitsLegend(): Html {
  const line = (dash: string, width: number): Html =>
    trusted(
      `<svg aria-hidden="true" width="28" height="14" viewBox="0 0 28 14"><path d="M0 7H28" stroke="var(--muted)" stroke-width="${width}" stroke-dasharray="${dash}"/></svg>`,
    );
  return markup`<ul class="legend">
    <li>${line('none', 2.5)}validation</li>
    <li>${line('4 3', 1.5)}training</li>
  </ul> `;
}
