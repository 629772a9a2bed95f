import {accuracyFigure} from '../charts/accuracy.js';
import {differenceFigure, testTable} from '../charts/differences.js';
import {axisFigure, frontFigure, tradeOffTable} from '../charts/trade-off.js';
import {headTable, markNotes, pairTable, runTable} from '../../tables/tables.js';
import {details, markup} from '../escape.js';
import {figuresHtml, type Figure} from '../figure.js';
import {rowsLegend} from '../legend.js';
import type {Report} from '../report.js';
import {tableHtml} from '../table-html.js';
import {section, type Section} from './section.js';

export async function accuracySection({comparison, rows, heads}: Report): Promise<Section[]> {
  if (comparison.heads.length === 0) return [];
  const figures = defined(heads.map(head => accuracyFigure(head, rows)));
  return [
    section(
      'accuracy',
      'Accuracy',
      markup`<p>
        Dots are accuracies with their 95 % interval, ticks single seeds; a dashed line is what
        always answering the majority class would give.
      </p> `,
      rowsLegend(rows),
      await figuresHtml(figures),
      tableHtml(runTable(comparison, {accuracyFirst: true}), 'Rows side by side'),
      markNotes(comparison).map(note => markup`<p class="note">${note}</p> `),
      details(
        'Every head: precision, recall, F1, AUC, calibration error',
        tableHtml(headTable(comparison), 'Every head'),
      ),
    ),
  ];
}

export async function differenceSection(report: Report): Promise<Section[]> {
  if (report.comparison.verdict.tests === 0) return [];
  const figures = defined(report.comparison.heads.map(head => differenceFigure(head, report)));
  return [
    section(
      'differences',
      'Differences',
      markup`<p>
        Points of accuracy: the first design minus the second. Filled marks are significant after
        Holm's correction. Where an interval contains 0 there may still be a difference, too small
        for these images and seeds: the last column of the table has the minimum detectable one.
      </p> `,
      await figuresHtml(figures),
      tableHtml(pairTable(report.comparison), 'Differences of every pair'),
      details('How it was tested', tableHtml(testTable(report), 'Tests')),
    ),
  ];
}

/** Two rows have nothing to trade off that the table does not say. */
const LEAST_ROWS = 3;

export async function tradeOffSection({comparison, rows, heads}: Report): Promise<Section[]> {
  const {tradeOff} = comparison;
  const known = tradeOff.points.filter(({accuracy}) => Number.isFinite(accuracy));
  if (known.length < LEAST_ROWS) return [];
  const figures = [
    frontFigure(tradeOff, rows),
    ...defined(heads.map(head => axisFigure(head, tradeOff, rows))),
  ];
  return [
    section(
      'trade-off',
      'Trade-off',
      markup`<p>
        Filled marks are on the Pareto front: nothing is at least as accurate in less time.
      </p> `,
      rowsLegend(rows),
      await figuresHtml(figures),
      tableHtml(tradeOffTable(tradeOff, rows), 'Trade-off'),
    ),
  ];
}

function defined(figures: readonly (Figure | undefined)[]): Figure[] {
  return figures.filter(figure => figure !== undefined);
}
