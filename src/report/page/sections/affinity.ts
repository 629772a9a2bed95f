import {affinityNotes, affinityTable} from '../../tables/affinity-table.js';
import {groupingTable} from '../../tables/grouping-table.js';
import {affinityFigure} from '../charts/affinity.js';
import {figuresHtml} from '../figure.js';
import {markup, section, tableHtml, type Section} from '../html.js';
import type {Report} from '../report.js';

/** The groups that are compared, with what they cost. */
export function groupingsSection({comparison}: Report): Section | undefined {
  if (comparison.grouping === undefined) return undefined;
  return section(
    'groupings',
    'Groupings',
    markup`<p>
        Each group of heads is a network. Parameters and time to train are relative to one network with all
        heads. Random groupings have as many parameters as the proposed one.
      </p> `,
    tableHtml(groupingTable(comparison), 'Groupings'),
  );
}

/** How the heads of each design affect each other, and those of the run that proposed groups, where that was measured. */
export async function affinitySection({
  comparison,
  rows,
  proposal,
}: Report): Promise<Section | undefined> {
  const figures = rows.flatMap(({label, group: {affinity}}) =>
    affinity === undefined ? [] : [affinityFigure(label, affinity)],
  );
  if (proposal !== undefined) figures.push(affinityFigure(proposal.run, proposal.affinity));
  if (figures.length === 0) return undefined;
  const table = affinityTable(comparison);
  return section(
    'affinity',
    'Affinity of heads',
    markup`<p>
        Rows are the heads that are affected, columns those that help or hinder them. Heads that help each
        other stand side by side. Measured during training, on the values that the heads share.
      </p> `,
    await figuresHtml(figures),
    table.rows.length === 0 ? undefined : tableHtml(table, 'Highest and lowest affinity'),
    affinityNotes(comparison).map(note => markup`<p class="note">${note}</p> `),
  );
}
