import {sliceTable, worstSliceTable} from '../../tables/slice-tables.js';
import {sliceNotes} from '../../text/slice-notes.js';
import {details, markup, section, tableHtml, type Section} from '../html.js';
import type {Report} from '../report.js';

/** The worst slice of each head with the gaps between its slices, and every slice. */
export function slicesSection({comparison}: Report): Section | undefined {
  if (comparison.slices.length === 0) return undefined;
  return section(
    'slices',
    'Slices',
    markup`<p>
        A slice is the images with one combination of values: accuracy may be high on all images
        together and low on some of them.
      </p> `,
    tableHtml(worstSliceTable(comparison), 'Worst slices'),
    sliceNotes(comparison).map(note => markup`<p class="note">${note}</p> `),
    details('Every slice', tableHtml(sliceTable(comparison), 'Every slice')),
  );
}
