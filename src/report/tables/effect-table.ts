import type {Comparison} from '../../compare/comparison.js';
import type {ValueTest} from '../../compare/key-effects.js';
import type {Table} from '../../util/table.js';
import {differenceInterval, differenceText, metricText, pValue} from '../text/numbers.js';
import type {CellValue} from './metric-columns.js';

/** A row per key of the matrix, value and head: the mean over all other keys, against the best value. */
export function effectTable(comparison: Comparison): Table {
  const {effects, heads, metric} = comparison;
  const rows = effects.flatMap(({key, values, best}) =>
    heads.flatMap(head =>
      values.map(({value, designs, means, tests}) => [
        ...[key, head, value, String(designs), metricText(means[head] ?? Number.NaN, metric)],
        ...(best[head] === value ? ['best', '', ''] : testCells(tests[head], comparison)),
      ]),
    ),
  );
  return {
    header: ['key', 'head', 'value', 'designs', 'mean', 'to the best', '95 %', 'p'],
    rows,
    right: [3, 4, 5, 6, 7],
  };
}

function testCells(test: ValueTest | undefined, {metric}: Comparison): string[] {
  if (test === undefined) return ['-', '-', '-'];
  const {difference, ciLow, ciHigh, pAdjusted, significant} = test;
  return [
    `${differenceText(metric, difference)}${significant ? '*' : ' '}`,
    differenceInterval(metric, [ciLow, ciHigh]),
    pValue(pAdjusted),
  ];
}

/** What the table of effects shows; nothing without effects. */
export function effectNotes({effects}: Comparison): string[] {
  if (effects.length === 0) return [];
  return [
    'Each key averaged over the others: a value is compared with the best one over the pairs of runs that differ in this key only; * is significant. p is adjusted for all pairs of values (Bonferroni), intervals are not.',
  ];
}

/** The same as rows of a CSV. */
export function effectRows({effects, heads, metric}: Comparison): CellValue[][] {
  const header = ['key', 'head', 'value', 'designs', 'mean', 'best', 'pairs', 'difference'];
  return [
    [...header, 'ciLow', 'ciHigh', 'p', 'pAdjusted', 'significant', 'metric'],
    ...effects.flatMap(({key, values, best}) =>
      heads.flatMap(head =>
        values.map(({value, designs, means, tests}) => {
          const test = tests[head];
          const numbers = test && [test.pairs, test.difference, test.ciLow, test.ciHigh, test.p];
          return [
            ...[key, head, value, designs, means[head], best[head]],
            ...(numbers ?? Array.from({length: 5}, () => undefined)),
            ...[test?.pAdjusted, test && (test.significant ? 1 : 0), metric],
          ];
        }),
      ),
    ),
  ];
}
