import {affinityNotes, affinityTable} from '../../tables/affinity-table.js';
import {affinityFigure} from '../charts/affinity.js';
import {figuresHtml} from '../figure.js';
import {markup, section, tableHtml, type Section} from '../html.js';
import type {Report} from '../report.js';

/** How the heads of each design affect each other, where its runs measured that. */
export async function affinitySection({comparison, rows}: Report): Promise<Section | undefined> {
  const figures = rows.flatMap(({label, group: {affinity}}) =>
    affinity === undefined ? [] : [affinityFigure(label, affinity)],
  );
  if (figures.length === 0) return undefined;
  return section(
    'affinity',
    'Affinity of heads',
    markup`<p>
        Rows are the heads that are affected, columns those that help or hinder them. Heads that help each
        other stand side by side. Measured during training, on the values that the heads share.
      </p> `,
    await figuresHtml(figures),
    tableHtml(affinityTable(comparison), 'Highest and lowest affinity'),
    affinityNotes(comparison).map(note => markup`<p class="note">${note}</p> `),
  );
}
