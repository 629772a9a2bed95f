import type {ComparedSearch} from '../../compare/compared-search.js';
import type {Comparison} from '../../compare/comparison.js';
import type {ValueTest} from '../../compare/compare-values.js';
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
export function effectNotes({effects, search}: Comparison): string[] {
  if (effects.length === 0) return [];
  if (search !== undefined) return [searchEffectNote(search)];
  return [
    'Each key averaged over the others: a value is compared with the best one over the pairs of runs that differ in this key only; * is significant. p is adjusted for all pairs of values (Bonferroni), intervals are not.',
  ];
}

function searchEffectNote({method, trials}: ComparedSearch): string {
  const whose = {
    random: 'All values are drawn by themselves, so each key is averaged over the others',
    halving:
      'All values of the first round are drawn by themselves, so each key is averaged over the others',
    tpe: 'TPE proposes values near good ones, so keys are not quite averaged over each other and p is too small',
  }[method];
  const many = trials.some(({round}) => round > 0) ? ' of the first round' : '';
  return `${whose}: the trials${many} with a value, or in a third of a range, are compared with those of the best one (Welch's t test); * is significant. p is adjusted for all pairs of values (Bonferroni), intervals are not.`;
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
