import {metricFacts, type Metric} from '../../../experiment/metrics.js';
import type {PairTest} from '../../../compare/test-results.js';
import type {Table} from '../../../util/table.js';
import {differenceInterval, differenceText, pValue, unitOf} from '../../text/numbers.js';
import type {Figure} from '../figure.js';
import type {Report} from '../report.js';
import {CHART_WIDTH, interval, labels, quantitative, rowsHeight, wrapped} from './style.js';

const ROW_HEIGHT = 28;
/** Longest line of a label, in characters. */
const LABEL_CHARACTERS = 24;
/** The table has the other pairs, too. */
const MAX_PAIRS = 15;

/** The differences of every pair on a head (or on all heads), with their intervals around 0. */
export function differenceFigure(head: string, report: Report): Figure | undefined {
  const labelOf = (name: string): string =>
    report.rows.find(({group}) => group.name === name)?.label ?? name;
  const values = report.comparison.pairs
    .slice(0, MAX_PAIRS)
    .flatMap(pair => valuesOf(pair, head, report.comparison.metric, labelOf));
  if (values.length === 0) return undefined;
  const {metric} = report.comparison;
  const least = metricFacts(metric).unit === 'points' ? 1 : 0.1;
  const reach = Math.max(
    least,
    ...values.flatMap(({low, high}) => [Math.abs(low), Math.abs(high)]),
  );
  const axis = {
    title: `${metric === 'accuracy' ? '' : `${metricFacts(metric).title}, `}${unitOf(metric)}, first − second`,
    labelExpr: "(datum.value > 0 ? '+' : '') + format(datum.value, '~r')",
  };
  const x = (field: string): object =>
    quantitative(field, axis, {domain: [-reach * 1.06, reach * 1.06]});
  const bySignificance = (yes: string, no: string): object => ({
    ...{field: 'significant', type: 'nominal', legend: null},
    scale: {domain: ['yes', 'no'], range: [yes, no]},
  });
  const color = bySignificance('var(--accent)', 'var(--muted)');
  const fill = bySignificance('var(--accent)', 'var(--card)');
  return {
    title: head,
    description: `${values.map(({description}) => description).join('; ')}.`,
    spec: {
      width: CHART_WIDTH,
      height: rowsHeight(values, ROW_HEIGHT) + 10,
      data: {values},
      layer: [
        {data: {values: [{zero: 0}]}, mark: {type: 'rule'}, encoding: {x: x('zero')}},
        {mark: interval, encoding: {x: x('low'), x2: {field: 'high'}, y: labels, color}},
        {
          mark: {type: 'point', size: 90, strokeWidth: 2, opacity: 1},
          encoding: {x: x('difference'), y: labels, color, fill},
        },
      ],
    },
  };
}

function valuesOf(pair: PairTest, head: string, metric: Metric, labelOf: (name: string) => string) {
  const test = pair.heads.find(candidate => candidate.head === head);
  if (test === undefined || !Number.isFinite(test.difference)) return [];
  const {difference, ciLow, ciHigh, significant} = test;
  const names = [labelOf(pair.first), labelOf(pair.second)];
  const scale = metricFacts(metric).unit === 'points' ? 100 : 1;
  return [
    {
      axisLabel: names.map(label => wrapped(label, LABEL_CHARACTERS)).join(' −\n'),
      difference: scale * difference,
      low: scale * ciLow,
      high: scale * ciHigh,
      significant: significant ? 'yes' : 'no',
      description: `${names.join(' − ')} ${differenceText(metric, difference)} ${unitOf(metric)}, 95 % interval ${differenceInterval(metric, [ciLow, ciHigh])}, ${significant ? 'significant' : 'not significant'}`,
    },
  ];
}

/** The test of every pair and head, with its images and seeds. */
export function testTable({comparison}: Report): Table {
  const counts = ['images', 'seeds', 'only first correct', 'only second correct'];
  return {
    header: ['pair', 'head', ...counts, comparison.untilDecided ? 'p of one look' : 'p', 'test'],
    rows: comparison.pairs.flatMap(({first, second, heads}) =>
      heads.map(({head, method, images, firstOnlyCorrect, secondOnlyCorrect, bySeed, p}) => [
        `${first} - ${second}`,
        head,
        ...[images, bySeed?.seeds ?? 1, firstOnlyCorrect, secondOnlyCorrect].map(String),
        pValue(p),
        method,
      ]),
    ),
    right: [2, 3, 4, 5, 6],
  };
}
