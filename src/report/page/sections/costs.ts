import {costFigures} from '../charts/costs.js';
import {markup} from '../escape.js';
import {figuresHtml} from '../figure.js';
import type {Report} from '../report.js';
import {section, type Section} from './section.js';

export async function costSection({rows}: Report): Promise<Section[]> {
  const figures = costFigures(rows);
  if (figures.length === 0) return [];
  const measured = rows.some(({group}) => Number.isFinite(group.imageMs));
  return [
    section(
      'cost',
      'Throughput and cost',
      markup`<p>
        Means over seeds; all networks of a row
        together.${
          measured
            ? ' An answer is timed from the pixels in memory to the probabilities of all heads (a median).'
            : ''
        }
      </p> `,
      await figuresHtml(figures, 'figures small'),
    ),
  ];
}
