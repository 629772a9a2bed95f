import {calibrationFigures} from '../charts/calibration.js';
import {learningFigures} from '../charts/learning.js';
import {markup} from '../escape.js';
import {figuresHtml} from '../figure.js';
import {rowsLegend, splitsLegend} from '../legend.js';
import type {Report} from '../report.js';
import {section, type Section} from './section.js';

export async function learningSection({rows, heads}: Report): Promise<Section[]> {
  const figures = heads.flatMap(head => learningFigures(head, rows));
  if (figures.length === 0) return [];
  const several = rows.some(({records}) => records.length > 1);
  return [
    section(
      'learning',
      'Learning curves',
      several
        ? markup`<p>Lines are means over seeds; bands reach from the least to the most of them.</p> `
        : undefined,
      splitsLegend(),
      rowsLegend(rows),
      await figuresHtml(figures),
    ),
  ];
}

export async function calibrationSection({rows, comparison}: Report): Promise<Section[]> {
  const figures = comparison.heads.flatMap(head => calibrationFigures(head, rows));
  if (figures.length === 0) return [];
  return [
    section(
      'calibration',
      'Calibration',
      markup`<p>
        Does what is given a probability of 70 % happen in 70 of 100 cases? On the dashed line it
        does. Larger marks stand for more images.
      </p> `,
      rowsLegend(rows),
      await figuresHtml(figures),
    ),
  ];
}
