import {ALL_HEADS, headMetricOf, isHeadMetric, metricFacts} from '../../../experiment/metrics.js';
import type {Comparison} from '../../../compare/comparison.js';
import type {GroupHead} from '../../../compare/groups.js';
import type {ClassMatrix} from '../../../compare/statistics/classification.js';
import {thousands} from '../../../util/format.js';
import {effectNotes, effectTable} from '../../tables/effect-table.js';
import {headTable, markNotes, pairTable, problemLines, runTable} from '../../tables/tables.js';
import {headlines} from '../../text/verdict.js';
import {verdictNotes} from '../../text/verdict-notes.js';
import {calibrationFigures, metricFigure} from '../charts/accuracy.js';
import {axisFigure, costFigures, frontFigure, tradeOffTable} from '../charts/costs.js';
import {differenceFigure, testTable} from '../charts/differences.js';
import {learningFigures} from '../charts/learning.js';
import {headRows} from '../charts/style.js';
import {figuresHtml, rowsLegend, splitsLegend} from '../figure.js';
import {details, list, markup, section, tableHtml, type Html, type Section} from '../html.js';
import type {Report} from '../report.js';
import {sum} from '../../../util/sum.js';

/** The top of the page: the verdict, its notes, and runs without a result. */
export function verdictHtml({comparison}: Report): Html {
  const sentences = headlines(comparison);
  const problems = problemLines(comparison);
  const notes = verdictNotes(comparison);
  const verdict =
    sentences.length === 0
      ? markup`<p class="sentence">There is no result yet.</p>`
      : sentences.map(sentence => markup`<p class="sentence">${sentence}</p> `);
  return markup`<section class="verdict" aria-label="Verdict">
    ${verdict} ${notes.length === 0 ? undefined : markup`<p class="note">${notes.join(' ')}</p>`}
    ${list('problems', problems)}
  </section> `;
}

/** The metric of the heads that the verdict is about; the accuracy where nobody chose another. */
export async function accuracySection({
  comparison,
  rows,
  heads,
}: Report): Promise<Section | undefined> {
  if (comparison.heads.length === 0) return undefined;
  const metric = headMetricOf(comparison);
  const {title} = metricFacts(metric);
  const figures = heads.flatMap(head => metricFigure(head, metric, rows) ?? []);
  const baseline = ' The dashed line is the accuracy of always predicting the majority class.';
  const dots = metric === 'accuracy' ? 'accuracies' : `the ${title} of the designs`;
  return section(
    'accuracy',
    `${title[0]?.toUpperCase()}${title.slice(1)}`,
    markup`<p>
        Dots are ${dots} with their 95 % intervals, ticks are single
        seeds.${metric === 'accuracy' ? baseline : ''}
      </p> `,
    rowsLegend(rows),
    await figuresHtml(figures),
    tableHtml(runTable(comparison, {accuracyFirst: true}), 'Rows side by side'),
    markNotes(comparison).map(note => markup`<p class="note">${note}</p> `),
    details('Every head: all metrics', tableHtml(headTable(comparison), 'Every head')),
  );
}

export async function differenceSection(report: Report): Promise<Section | undefined> {
  const {comparison} = report;
  if (comparison.tests === 0) return undefined;
  const {metric} = comparison;
  const heads = isHeadMetric(metric) ? comparison.heads : [ALL_HEADS];
  const figures = heads.flatMap(head => differenceFigure(head, report) ?? []);
  const {title, unit, higherIsBetter} = metricFacts(metric);
  const what = unit === 'points' ? `percentage points of ${title}` : `${title}, in ${unit}`;
  const direction = higherIsBetter ? '' : ' Lower is better.';
  return section(
    'differences',
    'Differences',
    markup`<p>
        Differences are ${what}: the first design minus the second.${direction} Filled
        marks are significant after
        ${correctionText(comparison)}. An interval that contains 0 does not rule out
        a difference that is too small for these images and seeds; the last column of the table has
        the minimum detectable difference.
      </p> `,
    await figuresHtml(figures),
    tableHtml(pairTable(comparison), 'Differences of every pair'),
    comparison.effects.length === 0
      ? undefined
      : tableHtml(effectTable(comparison), 'Effect of each key'),
    effectNotes(comparison).map(note => markup`<p class="note">${note}</p> `),
    details('Tests', tableHtml(testTable(report), 'Tests')),
  );
}

function correctionText({untilDecided, comparedWith}: Comparison): string {
  if (untilDecided !== undefined) return 'the corrections for looks and tests';
  return comparedWith === undefined ? "Holm's correction" : "Bonferroni's correction for all pairs";
}

/** With two rows, the table of runs already shows the trade-off. */
const MIN_ROWS = 3;

export async function tradeOffSection({
  comparison,
  rows,
  heads,
}: Report): Promise<Section | undefined> {
  const {axis} = comparison;
  if (rows.filter(({group}) => Number.isFinite(group.overall.meanAccuracy.mean)).length < MIN_ROWS)
    return undefined;
  const figures = [frontFigure(rows), ...heads.flatMap(head => axisFigure(head, axis, rows) ?? [])];
  return section(
    'trade-off',
    'Trade-off',
    markup`<p>
        Filled marks are on the Pareto front: no other design is at least as accurate in less time.
      </p> `,
    rowsLegend(rows),
    await figuresHtml(figures),
    tableHtml(tradeOffTable(axis, rows), 'Trade-off'),
  );
}

export async function learningSection({rows, heads}: Report): Promise<Section | undefined> {
  const figures = heads.flatMap(head => learningFigures(head, rows));
  if (figures.length === 0) return undefined;
  const hasSeeds = rows.some(({records}) => records.length > 1);
  return section(
    'learning',
    'Learning curves',
    hasSeeds
      ? markup`<p>Lines are means over seeds; bands show the range of the seeds.</p> `
      : undefined,
    splitsLegend(),
    rowsLegend(rows),
    await figuresHtml(figures),
  );
}

/** Confusion matrices: predicted (columns) by true class (rows), shaded by fraction of the row. */
export function confusionSection({rows, comparison: {heads}}: Report): Section | undefined {
  if (heads.length === 0) return undefined;
  const parts = heads.map(head => {
    const tables = headRows(head, rows).map(({label, metrics}) =>
      matrixTable(label, shownMatrix(head, metrics)),
    );
    return markup`<h3>${head}</h3>
      <div class="matrices">${tables}</div> `;
  });
  const note = rows.some(({group}) => group.seeds.length > 1)
    ? markup`<p>Each matrix counts the images of all seeds.</p> `
    : undefined;
  return section('confusion', 'Confusion', note, parts);
}

function shownMatrix(head: string, {confusion, classes}: GroupHead): ClassMatrix {
  if (classes !== undefined) return classes;
  const {truePositives, falseNegatives, falsePositives, trueNegatives} = confusion;
  const matrix = [
    [truePositives, falseNegatives],
    [falsePositives, trueNegatives],
  ];
  return {names: [head, 'not'], matrix};
}

function matrixTable(label: string, {names, matrix}: ClassMatrix): Html {
  const rows = matrix.map((row, truth) => {
    const total = sum(row);
    const cells = row.map((count, prediction) => {
      const percent = Math.round((100 * count) / Math.max(1, total));
      return markup`<td class="${prediction === truth ? 'right' : 'wrong'}" style="--fraction:${percent}%">
        ${thousands(count)} <small>${percent} %</small>
      </td>`;
    });
    return markup`<tr><th scope="row">is ${names[truth] ?? ''}</th>${cells}</tr>`;
  });
  return markup`<table class="matrix">
    <caption>
      ${label}
    </caption>
    <thead>
      <tr>
        <td></td>
        ${names.map(name => markup`<th scope="col">predicted ${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table> `;
}

export async function calibrationSection({rows, comparison}: Report): Promise<Section | undefined> {
  const figures = comparison.heads.flatMap(head => calibrationFigures(head, rows));
  if (figures.length === 0) return undefined;
  return section(
    'calibration',
    'Calibration',
    markup`<p>
        Of the images with a predicted probability of 70 %, are 70 % positive? On the dashed line
        they are. Larger marks stand for more images.
      </p> `,
    rowsLegend(rows),
    await figuresHtml(figures),
  );
}

export async function costSection({rows}: Report): Promise<Section | undefined> {
  const figures = costFigures(rows);
  if (figures.length === 0) return undefined;
  const isMeasured = rows.some(({group}) => Number.isFinite(group.imageMs));
  return section(
    'cost',
    'Throughput and cost',
    markup`<p>
        Means over seeds; all networks of a row
        together.${
          isMeasured
            ? ' A prediction is timed from the pixels in memory to the probabilities of all heads (median).'
            : ''
        }
      </p> `,
    await figuresHtml(figures, 'figures small'),
  );
}
